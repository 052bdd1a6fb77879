package io.blockseal.ebs;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The records of one type in the metadata store, each a JSON object under `prefix` and its own
/// path. Thread-safe.
///
/// @param <R> an immutable record
final class RecordTable<R> {
  /// How often an update starts again because another call changed the record under it. A call
  /// changes a record a handful of times, so running out of tries means a fault.
  private static final int MAX_TRIES = 1_000;

  private static final int PAGE_ENTRIES = 1_000;

  private final MetadataStore store;
  private final String prefix;
  private final Function<R, Fields> encode;
  private final Function<Fields, R> decode;

  RecordTable(
      MetadataStore store, String prefix, Function<R, Fields> encode, Function<Fields, R> decode) {
    this.store = store;
    this.prefix = prefix;
    this.encode = encode;
    this.decode = decode;
  }

  Optional<R> get(String path) {
    return store.get(key(path)).map(this::decode);
  }

  /// Adds a record, unless there is one.
  ///
  /// @return whether it was added
  boolean insert(String path, R record) {
    return store.commit(Batch.begin().expectAbsent(key(path)).put(key(path), encode(record)));
  }

  /// Has `batch` add a record, which fails the batch if there is one.
  void insert(Batch batch, String path, R record) {
    batch.expectAbsent(key(path)).put(key(path), encode(record));
  }

  /// Has `batch` set a record, whatever was there.
  void put(Batch batch, String path, R record) {
    batch.put(key(path), encode(record));
  }

  /// Has `batch` delete a record, which fails the batch if it is not `record` any more.
  void delete(Batch batch, String path, R record) {
    batch.expect(key(path), encode(record)).delete(key(path));
  }

  /// Sets a record, whatever was there.
  void put(String path, R record) {
    store.commit(Batch.begin().put(key(path), encode(record)));
  }

  /// Replaces a record by what `change` makes of it, atomically; `change` may be called again and
  /// may throw to leave things as they are.
  ///
  /// @return the record as it is now; empty if there is none
  Optional<R> update(String path, UnaryOperator<R> change) {
    for (int i = 0; i < MAX_TRIES; i++) {
      Optional<byte[]> found = store.get(key(path));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      R changed = change.apply(decode(found.get()));
      if (store.commit(
          Batch.begin().expect(key(path), found.get()).put(key(path), encode(changed)))) {
        return Optional.of(changed);
      }
    }
    throw new IllegalStateException(
        "record %s was changed by others in each of %d tries".formatted(key(path), MAX_TRIES));
  }

  /// Deletes a record, if it is there.
  void delete(String path) {
    store.commit(Batch.begin().delete(key(path)));
  }

  /// All records whose paths start with `pathPrefix`, in the order of their paths.
  List<R> list(String pathPrefix) {
    List<R> records = new ArrayList<>();
    forEach(pathPrefix, (_, record) -> records.add(record));
    return records;
  }

  /// Calls `action` with the path and the record of each whose path starts with `pathPrefix`, in
  /// the order of the paths.
  void forEach(String pathPrefix, BiConsumer<String, R> action) {
    String last = null;
    List<Entry> page;
    do {
      page = page(pathPrefix, last);
      for (Entry entry : page) {
        last = entry.key();
        action.accept(last.substring(prefix.length()), decode(entry.value()));
      }
    } while (page.size() == PAGE_ENTRIES);
  }

  private List<Entry> page(String pathPrefix, @Nullable String after) {
    return store.scan(prefix + pathPrefix, after, PAGE_ENTRIES);
  }

  private String key(String path) {
    return prefix + path;
  }

  private byte[] encode(R record) {
    return encode.apply(record).toBytes();
  }

  private R decode(byte[] value) {
    return decode.apply(Fields.read(value));
  }
}
