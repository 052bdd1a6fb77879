package io.blockseal.kms;

import java.time.Instant;

/// A second name of a key.
record Alias(AliasName name, KeyLocation target, Instant created, Instant updated) {
  String arn() {
    return name.arn(target.region(), target.accountId());
  }
}
