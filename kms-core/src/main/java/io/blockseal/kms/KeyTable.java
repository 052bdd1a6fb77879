package io.blockseal.kms;

import io.blockseal.aws.kms.KMSInternalException;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The records of all keys, and the calendar of what is due for which.
///
/// Every change of a record is one commit that insists on the record it was made from and moves the
/// key's calendar entry along. Thread-safe.
final class KeyTable {
  static final String CALENDAR = "kms/due/";

  /// Far beyond what contention on one key causes.
  private static final int MAX_ATTEMPTS = 200;

  /// Records that were parsed last; a record is parsed again only if its bytes have changed.
  private static final int MAX_PARSED = 1024;

  private final MetadataStore store;

  private final RecentlyUsed<KeyLocation, Parsed> parsed = new RecentlyUsed<>(MAX_PARSED);

  KeyTable(MetadataStore store) {
    this.store = store;
  }

  Optional<KeyRecord> find(KeyLocation location) {
    return store.get(location.recordKey()).map(bytes -> parse(location, bytes));
  }

  /// The records of one account in one region, in the order of their ids.
  List<KeyRecord> list(String region, String accountId, @Nullable String afterId, int limit) {
    String prefix = KeyLocation.recordsOf(region, accountId);
    List<KeyRecord> records = new ArrayList<>();
    for (Entry entry : store.scan(prefix, afterId == null ? null : prefix + afterId, limit)) {
      String path = entry.key().substring(KeyLocation.RECORDS.length());
      records.add(parse(KeyLocation.ofPath(path), entry.value()));
    }
    return records;
  }

  /// Adds a record to `batch`, on the condition that the key does not exist.
  static void insert(Batch batch, KeyRecord record) {
    batch
        .expectAbsent(record.location().recordKey())
        .put(record.location().recordKey(), KeyRecordFormat.write(record));
    moveCalendar(batch, null, record);
  }

  /// Replaces a record by what `change` makes of it; `change` may run several times, and what it
  /// throws ends the attempt.
  ///
  /// @return the record as it is now; empty if there is no such key
  Optional<KeyRecord> update(KeyLocation location, UnaryOperator<KeyRecord> change) {
    return update(location, change, (batch, record) -> {});
  }

  /// As above; `extra` adds to the commit what has to happen together with the change.
  Optional<KeyRecord> update(
      KeyLocation location, UnaryOperator<KeyRecord> change, BiConsumer<Batch, KeyRecord> extra) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<byte[]> found = store.get(location.recordKey());
      if (found.isEmpty()) {
        return Optional.empty();
      }
      KeyRecord before = parse(location, found.get());
      KeyRecord after = change.apply(before);
      Batch batch = Batch.begin().expect(location.recordKey(), found.get());
      if (!after.equals(before)) {
        batch.put(location.recordKey(), KeyRecordFormat.write(after));
        moveCalendar(batch, before, after);
      }
      extra.accept(batch, after);
      if (store.commit(batch)) {
        return Optional.of(after);
      }
    }
    throw new KMSInternalException(
        "%s changed %d times during one call".formatted(location.arn(), MAX_ATTEMPTS));
  }

  /// Removes a record that is still the one given; `extra` adds what has to happen together with
  /// it.
  ///
  /// @return whether it was removed
  boolean remove(KeyRecord record, BiConsumer<Batch, KeyRecord> extra) {
    Optional<byte[]> found = store.get(record.location().recordKey());
    if (found.isEmpty() || !parse(record.location(), found.get()).equals(record)) {
      return false;
    }
    Batch batch =
        Batch.begin()
            .expect(record.location().recordKey(), found.get())
            .delete(record.location().recordKey());
    moveCalendar(batch, record, null);
    extra.accept(batch, record);
    boolean removed = store.commit(batch);
    if (removed) {
      parsed.remove(record.location());
    }
    return removed;
  }

  private KeyRecord parse(KeyLocation location, byte[] bytes) {
    Parsed known = parsed.get(location);
    if (known != null && Arrays.equals(known.bytes, bytes)) {
      return known.record;
    }
    KeyRecord record = KeyRecordFormat.read(location, bytes);
    parsed.put(location, new Parsed(bytes, record));
    return record;
  }

  private static void moveCalendar(
      Batch batch, @Nullable KeyRecord before, @Nullable KeyRecord after) {
    Optional<String> old = Optional.ofNullable(before).flatMap(KeyTable::calendarKey);
    Optional<String> young = Optional.ofNullable(after).flatMap(KeyTable::calendarKey);
    if (!old.equals(young)) {
      old.ifPresent(batch::delete);
      young.ifPresent(key -> batch.put(key, new byte[0]));
    }
  }

  /// Fifteen digits of milliseconds sort like the moments until the year 33658.
  private static Optional<String> calendarKey(KeyRecord record) {
    return record
        .due()
        .map(due -> "%s%015d/%s".formatted(CALENDAR, due.toEpochMilli(), record.location().path()));
  }

  private static final class Parsed {
    private final byte[] bytes;
    private final KeyRecord record;

    private Parsed(byte[] bytes, KeyRecord record) {
      this.bytes = bytes;
      this.record = record;
    }
  }
}
