package io.blockseal.ebs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until it is moved. Thread-safe.
final class MovableClock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05.678Z");

  @Override
  public Instant instant() {
    return now;
  }

  void advance(Duration by) {
    now = now.plus(by);
  }
}
