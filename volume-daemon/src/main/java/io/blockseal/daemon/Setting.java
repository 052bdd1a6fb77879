package io.blockseal.daemon;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A line of `blockseald.conf`. Every one can also be given by an environment variable; see
/// `docs/configuration.md`.
enum Setting {
  LISTEN("listen", "127.0.0.1:4599"),
  MOUNT("mount", "mnt"),
  FUSE_TRANSPORT("fuse.transport", "kernel"),
  REGIONS("regions", "us-east-1, us-east-2, us-west-2, eu-west-1, eu-central-1, ap-southeast-2"),
  DEFAULT_CIPHER("default-cipher", "AES_256_XTS"),
  CIPHER_LIBRARY("cipher.library", "auto"),
  PASSPHRASE_FILE("passphrase-file", null),
  KMS_ENDPOINT("kms.endpoint", null),
  KMS_PROFILE("kms.profile", null),
  TLS_CERTIFICATE("tls.certificate", null),
  TLS_KEY("tls.key", null),
  LOG_LEVEL("log.level", "info");

  /// Keys at most this many edits away are offered in place of an unknown one.
  private static final int NEAR_EDITS = 3;

  private final String key;
  private final @Nullable String standard;

  Setting(String key, @Nullable String standard) {
    this.key = key;
    this.standard = standard;
  }

  /// As it is spelled in the file.
  String key() {
    return key;
  }

  /// As it is spelled in the environment.
  String variable() {
    return "BLOCKSEAL_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /// What holds when nobody says anything.
  Optional<String> standard() {
    return Optional.ofNullable(standard);
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }

  /// The keys that somebody who wrote `key` may have meant, likeliest first.
  static List<String> near(String key) {
    return Arrays.stream(values())
        .map(Setting::key)
        .filter(known -> edits(key, known) <= NEAR_EDITS || known.endsWith("." + key))
        .sorted(Comparator.comparingInt(known -> edits(key, known)))
        .toList();
  }

  /// The Levenshtein distance.
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
