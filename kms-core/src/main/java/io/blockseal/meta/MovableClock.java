package io.blockseal.meta;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// The clock of this installation: real time plus an offset that only grows, so that rotation
/// periods and deletion windows can be rehearsed. The offset is kept in the metadata and survives
/// restarts.
///
/// Thread-safe.
public final class MovableClock implements InstantSource {
  /// Far more than any rehearsal needs, far less than what timestamps can hold.
  public static final Duration MAX_OFFSET = Duration.ofDays(100 * 365);

  private static final String OFFSET_KEY = "clock/offset";

  private final MetadataStore store;
  private final InstantSource base;
  private volatile Duration offset;

  /// The clock as it was left, over `base`.
  public MovableClock(MetadataStore store, InstantSource base) {
    this.store = store;
    this.base = base;
    offset = stored(store.get(OFFSET_KEY));
  }

  @Override
  public Instant instant() {
    return base.instant().plus(offset);
  }

  public Duration offset() {
    return offset;
  }

  /// Moves the clock ahead, durably.
  ///
  /// @return what it shows now
  /// @throws IllegalArgumentException if `step` is negative, or the offset would pass [#MAX_OFFSET]
  public synchronized Instant advance(Duration step) {
    Optional<byte[]> found = store.get(OFFSET_KEY);
    // Not the sum, which may be more than a duration holds.
    if (step.isNegative() || step.compareTo(MAX_OFFSET.minus(stored(found))) > 0) {
      throw new IllegalArgumentException(
          "clock at offset %s cannot advance by %s; allowed are 0 to %s in all"
              .formatted(stored(found), step, MAX_OFFSET));
    }
    Duration grown = stored(found).plus(step);
    Batch move =
        Batch.begin().expect(OFFSET_KEY, found).put(OFFSET_KEY, grown.toString().getBytes(UTF_8));
    if (!store.commit(move)) {
      throw new IllegalStateException("somebody else moved the clock at the same time");
    }
    offset = grown;
    return instant();
  }

  private static Duration stored(Optional<byte[]> found) {
    return found.map(value -> Duration.parse(new String(value, UTF_8))).orElse(Duration.ZERO);
  }
}
