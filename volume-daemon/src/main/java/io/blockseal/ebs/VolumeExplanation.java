package io.blockseal.ebs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the daemon can say about a volume that EC2 never would: where it is, under which data key,
/// and what went wrong with it last, even if the volume is gone by now. Immutable.
///
/// @param state as EC2 shows it; null if there is no such volume any more
/// @param cipher null until the volume is made
/// @param kmsKeyArn null for an unencrypted volume
/// @param lineageId equal for everything that shares the data key
/// @param exportPath where a program finds it; null unless it is attached
/// @param readOnly whether writes are refused since a flush failed
/// @param hydratedPercent how much of its snapshot has arrived
/// @param hydrationFailure why the rest of it has not, if something went wrong
/// @param doneBytes of `totalBytes` encrypted anew while it is made; both 0 if nothing is under way
/// @param lastFailure null if nothing went wrong
/// @param acceptedRollbacks older copies of the volume that were let pass, oldest first
public record VolumeExplanation(
    ResourceName name,
    @Nullable String state,
    @Nullable Cipher cipher,
    @Nullable String kmsKeyArn,
    @Nullable String lineageId,
    @Nullable String exportPath,
    boolean readOnly,
    int hydratedPercent,
    @Nullable String hydrationFailure,
    long doneBytes,
    long totalBytes,
    @Nullable FailedAttempt lastFailure,
    List<RollbackAcceptance> acceptedRollbacks) {
  public VolumeExplanation {
    acceptedRollbacks = List.copyOf(acceptedRollbacks);
  }
}
