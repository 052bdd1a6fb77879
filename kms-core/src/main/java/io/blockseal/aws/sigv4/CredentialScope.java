package io.blockseal.aws.sigv4;

/// What a signature is good for: a key used on one day, in one region, for one service. Immutable.
///
/// @param date `YYYYMMDD`
public record CredentialScope(String date, String region, String service) {

  static final String TERMINATOR = "aws4_request";

  /// As a string to sign has it.
  @Override
  public String toString() {
    return date + "/" + region + "/" + service + "/" + TERMINATOR;
  }
}
