package io.blockseal.ebs;

import org.jspecify.annotations.Nullable;

/// What KMS said when it refused a key to a volume or snapshot: what AWS keeps to itself.
/// Immutable.
///
/// @param kmsOperation the KMS operation that failed, such as `Decrypt`
/// @param keyId the key as it was named to KMS
/// @param code KMS's error code
/// @param message KMS's text; null if it gave none
/// @param keyState the state of the key, if it could be found out
public record KeyRefusal(
    String kmsOperation,
    String keyId,
    String code,
    @Nullable String message,
    @Nullable String keyState,
    String requestId) {

  /// One line for people.
  public String summary() {
    return "KMS refused %s with key %s: %s%s%s"
        .formatted(
            kmsOperation,
            keyId,
            code,
            message == null ? "" : ": " + message,
            keyState == null ? "" : " (key state " + keyState + ")");
  }

  Fields toFields() {
    return Fields.empty()
        .put("kmsOperation", kmsOperation)
        .put("keyId", keyId)
        .put("code", code)
        .put("message", message)
        .put("keyState", keyState)
        .put("requestId", requestId);
  }

  static KeyRefusal of(Fields fields) {
    return new KeyRefusal(
        fields.text("kmsOperation"),
        fields.text("keyId"),
        fields.text("code"),
        fields.textOrNull("message"),
        fields.textOrNull("keyState"),
        fields.text("requestId"));
  }
}
