package io.blockseal.daemon.api;

import io.blockseal.ebs.FailedAttempt;
import io.blockseal.ebs.KeyRefusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the last failure of a volume or snapshot is told: `explanation`, a sentence for people, and
/// `lastFailure`, its parts for scripts. Neither is there if nothing failed.
final class FailureFacts {
  private FailureFacts() {}

  static void put(Map<String, @Nullable Object> facts, @Nullable FailedAttempt failure) {
    if (failure == null) {
      return;
    }
    KeyRefusal kms = failure.kms();
    facts.put(
        "explanation",
        "%s failed at %s: %s%s"
            .formatted(
                failure.action(),
                failure.when(),
                failure.reason(),
                kms == null || failure.reason().contains(kms.summary())
                    ? ""
                    : " " + kms.summary()));
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("action", failure.action());
    parts.put("time", failure.when().toString());
    parts.put("reason", failure.reason());
    if (kms != null) {
      parts.put("kmsOperation", kms.kmsOperation());
      parts.put("keyId", kms.keyId());
      parts.put("keyState", kms.keyState());
      parts.put("code", kms.code());
      parts.put("message", kms.message());
      parts.put("requestId", kms.requestId());
    }
    facts.put("lastFailure", parts);
  }
}
