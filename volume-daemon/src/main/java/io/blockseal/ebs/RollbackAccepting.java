package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.volume.engine.TreeRoot;
import io.blockseal.volume.engine.WitnessedRoots;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;

/// Lets the next attach of a volume take an older copy of its files: only the one that is there
/// now, only once, and only for the root of the account. What was let pass stays on record and in
/// the log `io.blockseal.audit`.
final class RollbackAccepting {
  private static final System.Logger AUDIT = System.getLogger("io.blockseal.audit");

  private final ControlPlane plane;

  RollbackAccepting(ControlPlane plane) {
    this.plane = plane;
  }

  /// @return empty if the volume is no older copy, so that there is nothing to accept
  Optional<RollbackAcceptance> accept(Caller caller, String volumeId) {
    if (!caller.principalArn().equals("arn:aws:iam::%s:root".formatted(caller.accountId()))) {
      throw Ec2Errors.unauthorized();
    }
    ResourceName name = plane.records().volume(caller, volumeId).name();
    try (var _ = plane.locks().lock(name)) {
      VolumeRecord volume = plane.records().volume(caller, volumeId);
      if (volume.state() != VolumeState.AVAILABLE) {
        throw Ec2Errors.volumeNotAvailable(volumeId);
      }
      Optional<RollbackAcceptance> acceptance = acceptance(caller, name);
      acceptance.ifPresent(accepted -> keep(name, accepted));
      return acceptance;
    } catch (IOException e) {
      throw Ec2Errors.internal("The header of volume " + volumeId + " can't be read.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Ec2Errors.internal("The daemon is stopping.");
    }
  }

  private Optional<RollbackAcceptance> acceptance(Caller caller, ResourceName name)
      throws IOException {
    Optional<TreeRoot> found = plane.blocks().root(name);
    Optional<WitnessedRoots> recorded =
        plane.records().roots().get(name).map(record -> record.roots().accepting(null));
    if (found.isEmpty() || recorded.isEmpty() || recorded.get().admits(found.get())) {
      return Optional.empty();
    }
    return Optional.of(
        new RollbackAcceptance(
            plane.clock().instant(),
            caller.principalArn(),
            caller.accessKeyId(),
            found.get(),
            recorded.get().newest()));
  }

  private void keep(ResourceName name, RollbackAcceptance accepted) {
    plane.records().roots().accept(name, accepted);
    AUDIT.log(
        Level.WARNING,
        () ->
            "%s with access key %s lets the rollback of %s pass: "
                    .formatted(accepted.by(), accepted.accessKeyId(), name)
                + "its files have tag-tree root %s, last recorded was %s"
                    .formatted(accepted.found(), accepted.recorded()));
  }
}
