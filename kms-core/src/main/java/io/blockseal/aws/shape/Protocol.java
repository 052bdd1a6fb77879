package io.blockseal.aws.shape;

/// How a service puts its shapes on the wire.
public enum Protocol {
  /// `X-Amz-Target` and JSON in both directions, version 1.1.
  AWS_JSON,
  /// A form in, XML out; lists as `Name.member.N`.
  QUERY,
  /// A form in, XML out, with EC2's own rules for names and lists.
  EC2_QUERY
}
