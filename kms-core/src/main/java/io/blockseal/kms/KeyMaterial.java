package io.blockseal.kms;

import io.blockseal.aws.kms.RotationType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One generation of a KMS key: the id of its backing key, since when it is current, and which kind
/// of rotation brought it; none for the first one.
record KeyMaterial(String id, Instant since, @Nullable RotationType rotation) {}
