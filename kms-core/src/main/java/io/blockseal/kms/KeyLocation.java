package io.blockseal.kms;

import java.util.regex.Pattern;

/// Which KMS key: a region, an account and an id. Knows where everything about the key is kept.
///
/// @param keyId a UUID in lower case
record KeyLocation(String region, String accountId, String keyId) {
  static final String RECORDS = "kms/key/";
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  KeyLocation {
    checkScope(region, accountId);
  }

  /// Regions and accounts become parts of metadata keys, so neither may be anything else.
  static void checkScope(String region, String accountId) {
    if (!REGION.matcher(region).matches() || !ACCOUNT.matcher(accountId).matches()) {
      throw KmsFailures.validation(
          "Region %s or account %s is not valid.".formatted(region, accountId));
    }
  }

  /// The location that [#path] spelled.
  static KeyLocation ofPath(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalStateException("not the path of a key: " + path);
    }
    return new KeyLocation(parts[0], parts[1], parts[2]);
  }

  String arn() {
    return "arn:aws:kms:%s:%s:key/%s".formatted(region, accountId, keyId);
  }

  String path() {
    return region + "/" + accountId + "/" + keyId;
  }

  String recordKey() {
    return RECORDS + path();
  }

  static String recordsOf(String region, String accountId) {
    checkScope(region, accountId);
    return RECORDS + region + "/" + accountId + "/";
  }

  /// Where the exported key tokens are; nothing else is under this prefix.
  String materialPrefix() {
    return "kms/material/" + path() + "/";
  }

  String materialKey(String backingKeyId) {
    return materialPrefix() + backingKeyId;
  }

  String destructionKey() {
    return KeyDestruction.INTENTS + path();
  }
}
