package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What the operations share. Immutable; its parts are thread-safe.
record ControlPlane(
    EbsConfiguration configuration,
    Geography geography,
    EbsRecords records,
    BlockPlane blocks,
    DataKeys keys,
    AttachmentKeys attachmentKeys,
    ResourceIds ids,
    InstantSource clock,
    BackgroundWork work,
    VolumeLocks locks,
    SnapshotHolds holds) {
  private static final System.Logger LOG = System.getLogger(ControlPlane.class.getName());

  /// Half a minute in all: a KMS that is away for longer needs people.
  private static final int MAX_KMS_TRIES = 6;

  private static final Duration FIRST_KMS_PAUSE = Duration.ofSeconds(1);
  private static final Duration FIRST_METADATA_PAUSE = Duration.ofMillis(250);

  /// A disk that is full gets room again when somebody sees to it.
  private static final Duration MAX_METADATA_PAUSE = Duration.ofSeconds(16);

  /// Keeps and logs why something failed that nobody is waiting for.
  void keep(ResourceName resource, String action, Throwable cause) {
    KeyRefusal kms = cause instanceof KeyRefusedException refused ? refused.refusal() : null;
    String reason = FailureText.of(cause);
    FailedAttempt attempt = new FailedAttempt(resource, action, reason, clock.instant(), kms);
    records.failedAttempts().put(resource.path(), attempt);
    LOG.log(Level.WARNING, () -> "%s of %s failed: %s".formatted(action, resource, reason));
  }

  /// What needs a key, and nobody waits for.
  @FunctionalInterface
  interface KeyedWork<T> {
    T run() throws KeyRefusedException, IOException;
  }

  /// Repeats work for a while if it is the KMS that fails.
  <T> T patiently(KeyedWork<T> keyed)
      throws KeyRefusedException, IOException, InterruptedException {
    Duration pause = FIRST_KMS_PAUSE;
    for (int tries = 1; ; tries++) {
      try {
        return keyed.run();
      } catch (KeyRefusedException e) {
        if (!e.mayPass() || tries == MAX_KMS_TRIES) {
          throw e;
        }
      }
      work.pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  /// Repeats a change of the records until the metadata takes it: nobody else would change them
  /// before the next start.
  ///
  /// @param what such as `the making of vol-1`
  void persist(String what, Runnable change) throws InterruptedException {
    Duration pause = FIRST_METADATA_PAUSE;
    while (true) {
      try {
        change.run();
        return;
      } catch (UncheckedIOException e) {
        Duration next = pause;
        LOG.log(Level.ERROR, () -> "%s cannot be recorded; again in %s".formatted(what, next), e);
      }
      work.pause(pause);
      pause = pause.compareTo(MAX_METADATA_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  /// Ends a request that only asks whether it would be allowed.
  static void checkDryRun(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw Ec2Errors.dryRunWouldSucceed();
    }
  }

  /// Refuses calls in Regions that are not served.
  void checkRegion(Caller caller) {
    geography.zones(caller);
  }
}
