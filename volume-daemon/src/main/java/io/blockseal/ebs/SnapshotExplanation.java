package io.blockseal.ebs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the daemon can say about a snapshot that EC2 never would: how far it is in bytes, and what
/// went wrong with it, even if the snapshot is gone by now. Immutable.
///
/// @param state as EC2 shows it; null if there is no such snapshot any more
/// @param started null if there is no such snapshot any more
/// @param doneBytes of `totalBytes`; both 0 if nothing is under way
/// @param lastFailure null if nothing went wrong
public record SnapshotExplanation(
    ResourceName name,
    @Nullable String state,
    @Nullable Instant started,
    @Nullable Cipher cipher,
    @Nullable String kmsKeyArn,
    @Nullable String lineageId,
    long doneBytes,
    long totalBytes,
    @Nullable FailedAttempt lastFailure) {}
