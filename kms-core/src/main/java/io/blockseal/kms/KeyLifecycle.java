package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.aws.kms.CancelKeyDeletionResponse;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.DisableKeyResponse;
import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.aws.kms.EnableKeyResponse;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion: what moves a key between its
/// states.
final class KeyLifecycle {
  private static final int MIN_WINDOW_DAYS = 7;
  private static final int MAX_WINDOW_DAYS = 30;
  private static final int USUAL_WINDOW_DAYS = 30;

  private final KeyAccess access;
  private final InstantSource clock;

  KeyLifecycle(KeyAccess access, InstantSource clock) {
    this.access = access;
    this.clock = clock;
  }

  EnableKeyResponse enable(Caller caller, EnableKeyRequest request) {
    access.change(
        caller,
        request.keyId(),
        KeyOperation.ENABLE_KEY,
        RequestFacts.NONE,
        key -> key.state() == KeyState.ENABLED ? key : enabled(key));
    return new EnableKeyResponse();
  }

  DisableKeyResponse disable(Caller caller, DisableKeyRequest request) {
    access.change(
        caller,
        request.keyId(),
        KeyOperation.DISABLE_KEY,
        RequestFacts.NONE,
        key -> key.withState(KeyState.DISABLED));
    return new DisableKeyResponse();
  }

  ScheduleKeyDeletionResponse scheduleDeletion(Caller caller, ScheduleKeyDeletionRequest request) {
    int windowDays = windowDays(request);
    Instant date = clock.instant().plus(Duration.ofDays(windowDays)).truncatedTo(ChronoUnit.MILLIS);
    KeyRecord key =
        access.change(
            caller,
            request.keyId(),
            KeyOperation.SCHEDULE_KEY_DELETION,
            RequestFacts.NONE.with(
                "kms:ScheduleKeyDeletionPendingWindowInDays", Integer.toString(windowDays)),
            record -> record.pendingDeletionUntil(date));
    return new ScheduleKeyDeletionResponse(key.arn(), key.deletionDate(), key.state(), windowDays);
  }

  CancelKeyDeletionResponse cancelDeletion(Caller caller, CancelKeyDeletionRequest request) {
    KeyRecord key =
        access.change(
            caller,
            request.keyId(),
            KeyOperation.CANCEL_KEY_DELETION,
            RequestFacts.NONE,
            record -> record.withState(KeyState.DISABLED));
    return new CancelKeyDeletionResponse(key.arn());
  }

  private KeyRecord enabled(KeyRecord key) {
    Rotation rotation = key.rotation();
    KeyRecord enabled = key.withState(KeyState.ENABLED);
    return rotation == null
        ? enabled
        : enabled.withRotation(rotation.resumedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS)));
  }

  private static int windowDays(ScheduleKeyDeletionRequest request) {
    Integer requested = request.pendingWindowInDays();
    if (requested == null) {
      return USUAL_WINDOW_DAYS;
    }
    if (requested < MIN_WINDOW_DAYS) {
      throw KmsFailures.constraint(
          requested,
          "pendingWindowInDays",
          "have value greater than or equal to " + MIN_WINDOW_DAYS);
    }
    if (requested > MAX_WINDOW_DAYS) {
      throw KmsFailures.constraint(
          requested, "pendingWindowInDays", "have value less than or equal to " + MAX_WINDOW_DAYS);
    }
    return requested;
  }
}
