package io.blockseal.ebs;

import io.blockseal.aws.Caller;

/// Where a volume or snapshot lives and what it is called. Immutable.
///
/// @param account the owner, twelve digits
/// @param region the Region whose API knows it
/// @param id such as `vol-0123456789abcdef0`
public record ResourceName(String account, String region, String id) {

  /// The thing of this id that the caller means: in its own account, where it calls.
  static ResourceName of(Caller caller, String id) {
    return new ResourceName(caller.accountId(), caller.region(), id);
  }

  /// The key below the record table, and the path below a directory of volumes.
  public String path() {
    return account + "/" + region + "/" + id;
  }

  Fields toFields() {
    return Fields.empty().put("account", account).put("region", region).put("id", id);
  }

  static ResourceName of(Fields fields) {
    return new ResourceName(fields.text("account"), fields.text("region"), fields.text("id"));
  }

  @Override
  public String toString() {
    return path();
  }
}
