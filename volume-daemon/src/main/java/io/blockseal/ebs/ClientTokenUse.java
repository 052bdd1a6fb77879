package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import java.time.Instant;

/// That a client token was used, for what request, and what came out. Immutable.
///
/// @param requestDigest differs between requests with different parameters
record ClientTokenUse(String volumeId, String requestDigest, Instant when) {

  /// The path of the record for a token, which may hold any characters.
  static String path(Caller caller, String token) {
    return caller.accountId() + "/" + caller.region() + "/" + TextDigest.sha256(token);
  }

  /// The volume that the token of `path` made.
  static ResourceName volume(String path, ClientTokenUse use) {
    String[] parts = path.split("/", 3);
    return new ResourceName(parts[0], parts[1], use.volumeId());
  }

  Fields toFields() {
    return Fields.empty()
        .put("volumeId", volumeId)
        .put("requestDigest", requestDigest)
        .put("when", when);
  }

  static ClientTokenUse of(Fields fields) {
    return new ClientTokenUse(
        fields.text("volumeId"), fields.text("requestDigest"), fields.instant("when"));
  }
}
