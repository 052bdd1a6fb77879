package io.blockseal.meta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one commit expects and what it then changes.
///
/// Preconditions are all checked against the store as it was before the first change. Changes apply
/// in the order of the calls, so the last one to a key wins. Confined to one thread; may be
/// committed again.
public final class Batch {
  /// Values are records of a few hundred bytes; what is larger belongs into a file.
  public static final int MAX_VALUE_BYTES = 1 << 20;

  /// Bounds the memory and the log record of one commit.
  public static final int MAX_BATCH_BYTES = 8 << 20;

  private final List<Expectation> expectations = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private long sizeBytes;

  private Batch() {}

  /// A batch that expects and changes nothing yet.
  public static Batch begin() {
    return new Batch();
  }

  /// Insists that `key` holds exactly `value`.
  public Batch expect(String key, byte[] value) {
    expectations.add(new Expectation(MetadataKey.check(key), value.clone()));
    return this;
  }

  /// Insists that `key` holds nothing.
  public Batch expectAbsent(String key) {
    expectations.add(new Expectation(MetadataKey.check(key), null));
    return this;
  }

  /// Insists that `key` holds what a [MetadataStore#get] found: a value, or nothing.
  public Batch expect(String key, Optional<byte[]> found) {
    return found.isPresent() ? expect(key, found.get()) : expectAbsent(key);
  }

  public Batch put(String key, byte[] value) {
    if (value.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of %s has %d bytes, at most %d are allowed"
              .formatted(key, value.length, MAX_VALUE_BYTES));
    }
    add(new Change(MetadataKey.check(key), value.clone()), value.length);
    return this;
  }

  /// Deletes `key`, if it is there.
  public Batch delete(String key) {
    add(new Change(MetadataKey.check(key), null), 0);
    return this;
  }

  List<Expectation> expectations() {
    return Collections.unmodifiableList(expectations);
  }

  List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }

  private void add(Change change, int valueBytes) {
    long grown = sizeBytes + change.key.length() + valueBytes;
    if (grown > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "batch grows to %d bytes, at most %d are allowed".formatted(grown, MAX_BATCH_BYTES));
    }
    sizeBytes = grown;
    changes.add(change);
  }

  /// What a key must hold; null for nothing.
  static final class Expectation {
    final String key;
    private final byte @Nullable [] value;

    private Expectation(String key, byte @Nullable [] value) {
      this.key = key;
      this.value = value;
    }

    boolean holds(byte @Nullable [] found) {
      return value == null ? found == null : found != null && Arrays.equals(value, found);
    }
  }

  /// What a key is set to; null for deletion.
  static final class Change {
    final String key;
    final byte @Nullable [] value;

    private Change(String key, byte @Nullable [] value) {
      this.key = key;
      this.value = value;
    }
  }
}
