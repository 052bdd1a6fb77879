package io.blockseal.ebs;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an account has set in a Region. Immutable.
///
/// @param encryptionByDefault whether new volumes are always encrypted
/// @param defaultKeyArn the key for EBS; null until it is set for the first time
/// @param instanceTags the tags of the one instance
record AccountSettings(
    boolean encryptionByDefault,
    @Nullable String defaultKeyArn,
    SortedMap<String, String> instanceTags) {

  static final AccountSettings INITIAL =
      new AccountSettings(false, null, Collections.emptySortedMap());

  AccountSettings {
    instanceTags = Collections.unmodifiableSortedMap(new TreeMap<>(instanceTags));
  }

  /// The key that encrypts where no other is named.
  String defaultKeyId() {
    return defaultKeyArn == null ? DataKeys.AWS_MANAGED_KEY : defaultKeyArn;
  }

  AccountSettings withEncryptionByDefault(boolean on) {
    return new AccountSettings(on, defaultKeyArn, instanceTags);
  }

  AccountSettings withDefaultKeyArn(String arn) {
    return new AccountSettings(encryptionByDefault, arn, instanceTags);
  }

  AccountSettings withInstanceTags(SortedMap<String, String> tags) {
    return new AccountSettings(encryptionByDefault, defaultKeyArn, tags);
  }

  Fields toFields() {
    return Fields.empty()
        .put("encryptionByDefault", encryptionByDefault)
        .put("defaultKeyArn", defaultKeyArn)
        .put("instanceTags", instanceTags);
  }

  static AccountSettings of(Fields fields) {
    return new AccountSettings(
        fields.flag("encryptionByDefault"),
        fields.textOrNull("defaultKeyArn"),
        fields.texts("instanceTags"));
  }
}
