package io.blockseal.kms;

import java.time.Duration;
import java.time.Instant;

/// The schedule of a key that rotates by itself.
record Rotation(int periodDays, Instant next) {
  static final int MIN_PERIOD_DAYS = 90;
  static final int MAX_PERIOD_DAYS = 2560;
  static final int DEFAULT_PERIOD_DAYS = 365;

  static Rotation startingAt(Instant now, int periodDays) {
    return new Rotation(periodDays, now.plus(Duration.ofDays(periodDays)));
  }

  /// The schedule after the rotation of [#next].
  Rotation advanced() {
    return startingAt(next, periodDays);
  }

  /// What was due before `now` becomes due now: a key that was disabled rotates once when it is
  /// enabled again, not once for every period it slept through.
  Rotation resumedAt(Instant now) {
    return next.isBefore(now) ? new Rotation(periodDays, now) : this;
  }
}
