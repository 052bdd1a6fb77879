package io.blockseal.aws;

import org.jspecify.annotations.Nullable;

/// Who makes a call, where and from where; what the signature of a request proved, never what its
/// body claims.
///
/// @param accountId twelve digits
/// @param region where the call is made, as the signature's scope says
/// @param principalArn the user, role session or account root
/// @param principalId the unique id behind the ARN, such as `AIDA…`; the account id for a root
/// @param requestId the id that the answer, the audit event and the log share
/// @param viaService the service that makes the call for the principal, such as
///   `ec2.eu-west-1.amazonaws.com`; null if the principal calls itself
public record Caller(
    String accountId,
    String region,
    String principalArn,
    String principalId,
    String accessKeyId,
    String requestId,
    String sourceIp,
    String userAgent,
    @Nullable String viaService) {

  /// The same principal in the same account, its call now made by a service.
  public Caller via(String service) {
    return new Caller(
        accountId,
        region,
        principalArn,
        principalId,
        accessKeyId,
        requestId,
        sourceIp,
        userAgent,
        service);
  }

  /// The same caller in another region.
  public Caller atRegion(String otherRegion) {
    return new Caller(
        accountId,
        otherRegion,
        principalArn,
        principalId,
        accessKeyId,
        requestId,
        sourceIp,
        userAgent,
        viaService);
  }

  /// The same caller making a further call, which has a request id of its own.
  public Caller atRequest(String otherRequestId) {
    return new Caller(
        accountId,
        region,
        principalArn,
        principalId,
        accessKeyId,
        otherRequestId,
        sourceIp,
        userAgent,
        viaService);
  }
}
