package io.blockseal.meta;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The watches of one store: gathers changed keys for each and calls it on a virtual thread.
///
/// Thread-safe. Announcing never waits for a watcher.
final class Watches {
  /// How many changed keys wait by name for one slow watcher; more than that and it reads afresh.
  static final int MAX_PENDING_KEYS = 4096;

  private final List<PrefixWatch> open = new CopyOnWriteArrayList<>();

  Watch add(String prefix, Consumer<Changes> watcher) {
    MetadataKey.prefixBytes(prefix);
    PrefixWatch watch = new PrefixWatch(prefix, watcher);
    open.add(watch);
    Thread.ofVirtual().name("metadata-watch " + prefix).start(watch::run);
    return watch;
  }

  /// Called after a commit became visible.
  void announce(List<Batch.Change> changes) {
    for (PrefixWatch watch : open) {
      for (Batch.Change change : changes) {
        if (change.key.startsWith(watch.prefix)) {
          watch.gather(change.key);
        }
      }
    }
  }

  /// Called after everything under `prefix` was erased.
  void announceErased(String prefix) {
    for (PrefixWatch watch : open) {
      if (prefix.startsWith(watch.prefix) || watch.prefix.startsWith(prefix)) {
        watch.gatherUnnamed();
      }
    }
  }

  void closeAll() {
    open.forEach(PrefixWatch::close);
  }

  private final class PrefixWatch implements Watch {
    private final String prefix;
    private final Consumer<Changes> watcher;

    // Guarded by this.
    private Set<String> pending = new LinkedHashSet<>();
    private boolean complete = true;
    private boolean closed;

    private PrefixWatch(String prefix, Consumer<Changes> watcher) {
      this.prefix = prefix;
      this.watcher = watcher;
    }

    private synchronized void gather(String key) {
      if (pending.size() < MAX_PENDING_KEYS || pending.contains(key)) {
        pending.add(key);
        notifyAll();
        return;
      }
      gatherUnnamed();
    }

    private synchronized void gatherUnnamed() {
      complete = false;
      notifyAll();
    }

    private void run() {
      try {
        for (Changes next = await(); next != null; next = await()) {
          watcher.accept(next);
        }
      } finally {
        close();
      }
    }

    /// The next changes; null when the watch is closed.
    private synchronized @Nullable Changes await() {
      while (!closed && pending.isEmpty() && complete) {
        try {
          wait();
        } catch (InterruptedException e) {
          closed = true;
        }
      }
      if (closed) {
        return null;
      }
      Changes next = new Changes(pending, complete);
      pending = new LinkedHashSet<>();
      complete = true;
      return next;
    }

    @Override
    public void close() {
      open.remove(this);
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
  }
}
