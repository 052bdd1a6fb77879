package io.blockseal.aws.gateway;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.Protocol;
import io.blockseal.aws.sigv4.SignatureRefusedException;
import org.jspecify.annotations.Nullable;

/// What each protocol makes of a request that is not let in.
///
/// | reason | AWS JSON, all 400 | Query | EC2 Query |
/// |---|---|---|---|
/// | missing | MissingAuthenticationTokenException | MissingAuthenticationToken 403 | MissingAuthenticationToken 403 |
/// | incomplete | IncompleteSignatureException | IncompleteSignature 400 | IncompleteSignature 400 |
/// | malformed query | SerializationException | MalformedQueryString 400 | MalformedQueryString 400 |
/// | unknown key | UnrecognizedClientException | InvalidClientTokenId 403 | AuthFailure 401 |
/// | expired token | ExpiredTokenException | ExpiredToken 403 | RequestExpired 400 |
/// | not current | InvalidSignatureException | SignatureDoesNotMatch 403 | RequestExpired 400 |
/// | mismatch | InvalidSignatureException | SignatureDoesNotMatch 403 | AuthFailure 401 |
final class Refusals {

  private static final String EC2_AUTH_FAILURE =
      "AWS was not able to validate the provided access credentials";
  private static final String EC2_EXPIRED = "Request has expired.";

  private Refusals() {}

  static AwsException in(Protocol protocol, SignatureRefusedException refused) {
    String message = String.valueOf(refused.getMessage());
    return switch (protocol) {
      case AWS_JSON -> inJson(refused.reason(), message);
      case QUERY -> inQuery(refused.reason(), message);
      case EC2_QUERY -> inEc2(refused.reason(), message);
    };
  }

  private static AwsException inJson(SignatureRefusedException.Reason reason, String message) {
    return switch (reason) {
      case MISSING ->
          refusal("MissingAuthenticationTokenException", 400, "Missing Authentication Token");
      case INCOMPLETE -> refusal("IncompleteSignatureException", 400, message);
      case MALFORMED_QUERY -> refusal("SerializationException", 400, message);
      case UNKNOWN_KEY -> refusal("UnrecognizedClientException", 400, message);
      case EXPIRED_TOKEN -> refusal("ExpiredTokenException", 400, message);
      case NOT_CURRENT, MISMATCH -> refusal("InvalidSignatureException", 400, message);
    };
  }

  private static AwsException inQuery(SignatureRefusedException.Reason reason, String message) {
    return switch (reason) {
      case MISSING -> refusal("MissingAuthenticationToken", 403, message);
      case INCOMPLETE -> refusal("IncompleteSignature", 400, message);
      case MALFORMED_QUERY -> refusal("MalformedQueryString", 400, message);
      case UNKNOWN_KEY -> refusal("InvalidClientTokenId", 403, message);
      case EXPIRED_TOKEN -> refusal("ExpiredToken", 403, message);
      case NOT_CURRENT, MISMATCH -> refusal("SignatureDoesNotMatch", 403, message);
    };
  }

  private static AwsException inEc2(SignatureRefusedException.Reason reason, String message) {
    return switch (reason) {
      case MISSING -> refusal("MissingAuthenticationToken", 403, message);
      case INCOMPLETE -> refusal("IncompleteSignature", 400, message);
      case MALFORMED_QUERY -> refusal("MalformedQueryString", 400, message);
      case UNKNOWN_KEY, MISMATCH -> refusal("AuthFailure", 401, EC2_AUTH_FAILURE);
      case EXPIRED_TOKEN, NOT_CURRENT -> refusal("RequestExpired", 400, EC2_EXPIRED);
    };
  }

  private static AwsException refusal(String code, int httpStatus, @Nullable String message) {
    return AwsException.sender(code, httpStatus, message);
  }
}
