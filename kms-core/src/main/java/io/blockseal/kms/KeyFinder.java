package io.blockseal.kms;

import io.blockseal.aws.Caller;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the key that a request means by its `KeyId`: a key id, a key ARN, an alias name or an
/// alias ARN. Thread-safe.
final class KeyFinder {
  private static final Pattern KEY_ID =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
  private static final String KEY_RESOURCE = "key/";

  private final KeyCalendar calendar;
  private final AliasTable aliases;
  private final AwsManagedKeys awsManagedKeys;

  KeyFinder(KeyCalendar calendar, AliasTable aliases, AwsManagedKeys awsManagedKeys) {
    this.calendar = calendar;
    this.aliases = aliases;
    this.awsManagedKeys = awsManagedKeys;
  }

  /// A key, and the alias by which it was asked for, if it was.
  record Found(KeyRecord key, @Nullable AliasName alias) {}

  Found find(Caller caller, String keyId, KeyOperation operation) {
    if (keyId.startsWith("arn:")) {
      return findArn(caller, keyId, operation);
    }
    if (keyId.startsWith(AliasName.PREFIX) && operation.reach().aliases) {
      return findAlias(caller, caller.accountId(), keyId);
    }
    return findId(caller.region(), caller.accountId(), keyId);
  }

  /// The key at a location that something else has named.
  Optional<KeyRecord> find(KeyLocation location) {
    return calendar.find(location);
  }

  private Found findArn(Caller caller, String arn, KeyOperation operation) {
    // arn:aws:kms:<region>:<account>:<resource>
    String[] parts = arn.split(":", 6);
    if (parts.length != 6
        || !parts[1].equals("aws")
        || !parts[2].equals("kms")
        || !ACCOUNT.matcher(parts[4]).matches()) {
      throw KmsFailures.noArn(arn);
    }
    String region = parts[3];
    String accountId = parts[4];
    String resource = parts[5];
    if (!region.equals(caller.region())) {
      throw KmsFailures.otherRegion(region);
    }
    if (!accountId.equals(caller.accountId()) && !operation.reach().otherAccounts) {
      throw KmsFailures.accessDenied(
          "User: %s is not authorized to perform: %s on resource: %s because no resource-based policy allows the %s action"
              .formatted(caller.principalArn(), operation.action(), arn, operation.action()));
    }
    if (resource.startsWith(KEY_RESOURCE)) {
      return findId(region, accountId, resource.substring(KEY_RESOURCE.length()));
    }
    if (resource.startsWith(AliasName.PREFIX) && operation.reach().aliases) {
      return findAlias(caller, accountId, resource);
    }
    if (resource.startsWith(AliasName.PREFIX)) {
      throw KmsFailures.noKeyId(arn);
    }
    throw KmsFailures.noArn(arn);
  }

  private Found findId(String region, String accountId, String keyId) {
    if (!KEY_ID.matcher(keyId).matches()) {
      throw KmsFailures.noKeyId(keyId);
    }
    return new Found(at(new KeyLocation(region, accountId, keyId)), null);
  }

  private Found findAlias(Caller caller, String accountId, String text) {
    String region = caller.region();
    if (!AliasName.isWellFormed(text)) {
      throw KmsFailures.noSuchAlias("arn:aws:kms:%s:%s:%s".formatted(region, accountId, text));
    }
    AliasName name = new AliasName(text);
    Alias alias =
        aliases
            .find(region, accountId, name)
            .or(
                () ->
                    accountId.equals(caller.accountId())
                        ? awsManagedKeys.make(region, accountId, name)
                        : Optional.empty())
            .orElseThrow(() -> KmsFailures.noSuchAlias(name.arn(region, accountId)));
    return new Found(at(alias.target()), name);
  }

  private KeyRecord at(KeyLocation location) {
    return find(location).orElseThrow(() -> KmsFailures.noSuchKey(location.arn()));
  }
}
