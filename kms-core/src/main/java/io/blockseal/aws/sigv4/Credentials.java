package io.blockseal.aws.sigv4;

import org.jspecify.annotations.Nullable;

/// What a client signs with.
///
/// @param sessionToken sent along if the credentials are temporary; null if they are not
public record Credentials(
    String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {

  /// Without secret and token.
  @Override
  public String toString() {
    return "Credentials[" + accessKeyId + "]";
  }
}
