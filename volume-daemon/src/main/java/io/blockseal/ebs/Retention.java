package io.blockseal.ebs;

import io.blockseal.meta.Batch;
import java.time.Duration;
import java.time.Instant;

/// Forgets the records that are kept for a while only: why something failed, and which client
/// tokens made volumes that are gone. Thread-safe.
final class Retention {
  /// How long the reason of a failure is kept after the fact.
  static final Duration FAILURE_LIFE = Duration.ofDays(30);

  private final ControlPlane plane;

  Retention(ControlPlane plane) {
    this.plane = plane;
  }

  /// Everything that is old enough by now.
  void forgetOld() {
    Instant now = plane.clock().instant();
    Instant oldestFailure = now.minus(FAILURE_LIFE);
    plane
        .records()
        .failedAttempts()
        .forEach("", (path, failure) -> forget(path, failure, oldestFailure));
    Instant oldestToken = now.minus(VolumeCreation.TOKEN_LIFE);
    plane.records().clientTokens().forEach("", (path, use) -> forget(path, use, oldestToken));
  }

  private void forget(String path, FailedAttempt failure, Instant oldest) {
    if (failure.when().isBefore(oldest)) {
      Batch batch = Batch.begin();
      plane.records().failedAttempts().delete(batch, path, failure);
      plane.records().commit(batch);
    }
  }

  private void forget(String path, ClientTokenUse use, Instant oldest) {
    if (use.when().isBefore(oldest)
        && plane.records().volume(ClientTokenUse.volume(path, use)).isEmpty()) {
      Batch batch = Batch.begin();
      plane.records().clientTokens().delete(batch, path, use);
      plane.records().commit(batch);
    }
  }
}
