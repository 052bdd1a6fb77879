package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;

/// The failure of a client to read what a service answered.
final class MalformedResponse {

  static final String CODE = "MalformedResponse";

  private MalformedResponse() {}

  static AwsException of(int httpStatus, String what, Throwable cause) {
    return new AwsException(CODE, httpStatus, AwsException.Fault.RECEIVER, what, cause);
  }

  /// The fault that an answer's status implies.
  static AwsException.Fault faultOf(int httpStatus) {
    return httpStatus >= 500 ? AwsException.Fault.RECEIVER : AwsException.Fault.SENDER;
  }
}
