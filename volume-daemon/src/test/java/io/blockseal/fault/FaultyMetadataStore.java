package io.blockseal.fault;

import io.blockseal.fault.Call.Sort;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Changes;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A metadata store whose calls go wrong as a plan says. Thread-safe.
public final class FaultyMetadataStore implements MetadataStore {
  private final MetadataStore store;
  private final FaultPlan plan;

  public FaultyMetadataStore(MetadataStore store) {
    this(store, new FaultPlan());
  }

  public FaultyMetadataStore(MetadataStore store, FaultPlan plan) {
    this.store = store;
    this.plan = plan;
  }

  public FaultPlan faults() {
    return plan;
  }

  /// Lets `commits` pass and dies at the next, and at every later one.
  ///
  /// @param applied whether that one is applied
  public void dieAfterCommits(long commits, boolean applied) {
    plan.arm(
        applied ? Fault.DEATH_AFTER : Fault.DEATH,
        commits + 1,
        FaultPlan.Span.ONWARDS,
        call -> call.is("commit"));
  }

  /// From now on it reads, and takes nothing.
  public void fill() {
    plan.arm(Fault.ENOSPC, 1, FaultPlan.Span.ONWARDS);
  }

  @Override
  public Optional<byte[]> get(String key) {
    return call(Sort.READ, "get", key, () -> store.get(key));
  }

  @Override
  public List<Entry> scan(String prefix, @Nullable String afterKey, int limit) {
    return call(Sort.READ, "scan", prefix, () -> store.scan(prefix, afterKey, limit));
  }

  @Override
  public boolean commit(Batch batch) {
    return call(Sort.CHANGE, "commit", "", () -> store.commit(batch));
  }

  @Override
  public void erase(String prefix) {
    call(
        Sort.CHANGE,
        "erase",
        prefix,
        () -> {
          store.erase(prefix);
          return true;
        });
  }

  @Override
  public Watch watch(String prefix, Consumer<Changes> watcher) {
    return store.watch(prefix, watcher);
  }

  @Override
  public void close() {
    store.close();
  }

  /// What a call does if nothing goes wrong.
  private interface Work<T> {
    T run();
  }

  private <T> T call(Sort sort, String name, String what, Work<T> work) {
    Call call = new Call("metadata", sort, name, -1, 0, what);
    Fault fault = plan.next(call);
    if (fault == null) {
      return work.run();
    }
    switch (fault) {
      case DEATH -> throw new Killed();
      case DEATH_AFTER -> {
        work.run();
        throw new Killed();
      }
      case SHORT_WRITE -> work.run();
      default -> {
        // It is not done.
      }
    }
    IOException failure = FaultyVolumeFiles.failure(fault, call.toString());
    throw new UncheckedIOException(failure.getMessage(), failure);
  }
}
