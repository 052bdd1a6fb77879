package io.blockseal.kms;

import io.blockseal.aws.kms.InvalidAliasNameException;
import java.util.regex.Pattern;

/// The name of an alias: `alias/` and something behind it.
record AliasName(String text) {
  static final String PREFIX = "alias/";
  private static final String RESERVED_PREFIX = "alias/aws/";
  private static final Pattern FORM = Pattern.compile("alias/[a-zA-Z0-9:/_-]{1,250}");

  /// The alias of the key that EBS uses if no other one is named.
  static final AliasName AWS_EBS = new AliasName("alias/aws/ebs");

  AliasName {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not the name of an alias: " + text);
    }
  }

  /// A name that a request puts where an alias must be.
  static AliasName ofRequest(String text) {
    if (!text.startsWith(PREFIX)) {
      throw KmsFailures.validation(
          "Alias must start with the prefix \"alias/\". Please see"
              + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    if (!FORM.matcher(text).matches()) {
      throw new InvalidAliasNameException("Invalid alias name " + text);
    }
    return new AliasName(text);
  }

  /// As [#ofRequest], for an alias that the caller wants to make.
  static AliasName ofNewAlias(String text) {
    AliasName name = ofRequest(text);
    if (name.isReserved()) {
      throw new InvalidAliasNameException(
          "Alias names with the prefix alias/aws/ are reserved: " + text);
    }
    return name;
  }

  /// A name in a key id, where it need not be one; such a name names nothing.
  static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  boolean isReserved() {
    return text.startsWith(RESERVED_PREFIX);
  }

  String arn(String region, String accountId) {
    return "arn:aws:kms:%s:%s:%s".formatted(region, accountId, text);
  }

  /// The name as one segment of a metadata key. `!` cannot be in a name and sorts like `/` among
  /// what can.
  String segment() {
    return text.substring(PREFIX.length()).replace('/', '!');
  }

  static AliasName ofSegment(String segment) {
    return new AliasName(PREFIX + segment.replace('!', '/'));
  }
}
