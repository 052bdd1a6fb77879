package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What the operations share. Immutable; its parts are thread-safe.
record ControlPlane(
    EbsConfiguration configuration,
    Geography geography,
    EbsRecords records,
    BlockPlane blocks,
    DataKeys keys,
    ResourceIds ids,
    InstantSource clock,
    BackgroundWork work,
    VolumeLocks locks) {
  private static final System.Logger LOG = System.getLogger(ControlPlane.class.getName());

  /// Keeps and logs why something failed that nobody is waiting for.
  void keep(ResourceName resource, String action, Exception cause) {
    KeyRefusal kms = cause instanceof KeyRefusedException refused ? refused.refusal() : null;
    FailedAttempt attempt =
        new FailedAttempt(resource, action, reason(cause), clock.instant(), kms);
    records.failedAttempts().put(resource.path(), attempt);
    LOG.log(Level.WARNING, () -> "%s of %s failed: %s".formatted(action, resource, reason(cause)));
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

  private static String reason(Exception cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
