package io.blockseal.aws.sigv4;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An access key with its secret and with whom it speaks for, as a server keeps it.
///
/// @param sessionToken what a request must bring along if the key is temporary; null if it is not
/// @param expiry when a temporary key ends; null if it does not
public record AccessKey(
    String accessKeyId,
    String secretAccessKey,
    @Nullable String sessionToken,
    String accountId,
    String principalArn,
    String principalId,
    boolean active,
    @Nullable Instant expiry) {

  /// Without secret and token.
  @Override
  public String toString() {
    return "AccessKey[" + accessKeyId + " of " + principalArn + (active ? "]" : ", inactive]");
  }
}
