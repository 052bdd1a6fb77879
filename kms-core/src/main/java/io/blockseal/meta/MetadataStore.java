package io.blockseal.meta;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Small values under text keys, ordered by the keys' UTF-8 bytes.
///
/// A key is one or more segments joined by `/`, such as `kms/key/1234`; see [Batch] for the bounds.
/// Every commit is atomic, durable when it returns, and visible to every read that starts later.
/// Environment failures come as [java.io.UncheckedIOException]; after one of a commit the outcome
/// is unknown, and the caller reads back or repeats.
///
/// Thread-safe. Every method but [#close] throws [IllegalStateException] once the store is closed.
public interface MetadataStore extends AutoCloseable {
  /// The most entries that one scan returns, so that no caller holds a whole store in memory.
  int MAX_SCAN_ENTRIES = 10_000;

  /// The value under `key`; the caller owns the array.
  Optional<byte[]> get(String key);

  /// The first `limit` entries whose keys start with `prefix`, in key order, from one moment in
  /// time; with `afterKey`, only those behind it. A page shorter than `limit` is the last one.
  ///
  /// @param limit 1 to [#MAX_SCAN_ENTRIES]
  List<Entry> scan(String prefix, @Nullable String afterKey, int limit);

  /// Applies all of `batch`, or nothing of it if one of its preconditions does not hold.
  ///
  /// @return whether it was applied
  boolean commit(Batch batch);

  /// Deletes every key that starts with `prefix` and returns when no file of this store contains
  /// their present or past values any more.
  ///
  /// The deletion is atomic; the cleaning behind it is not, so after a crash or an exception the
  /// caller repeats the call, which is harmless. Blocks other calls while it rewrites the files
  /// concerned: meant for the destruction of keys, not for everyday deletes.
  void erase(String prefix);

  /// Calls `watcher`, on a thread of its own and never twice at once, after commits that put or
  /// deleted keys under `prefix`. Changes that come while it runs are gathered for the next call.
  /// An exception of the watcher ends the watch.
  Watch watch(String prefix, Consumer<Changes> watcher);

  /// Ends all watches and releases the store. Closing twice does nothing.
  @Override
  void close();
}
