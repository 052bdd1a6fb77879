package io.blockseal.daemon;

import io.blockseal.aws.Caller;
import io.blockseal.aws.sts.GetCallerIdentityRequest;
import io.blockseal.aws.sts.GetCallerIdentityResponse;
import io.blockseal.aws.sts.StsApi;

/// The one operation of STS that is served: it tells callers who their signature says they are.
final class CallerIdentity implements StsApi {
  @Override
  public GetCallerIdentityResponse getCallerIdentity(
      Caller caller, GetCallerIdentityRequest request) {
    return GetCallerIdentityResponse.builder()
        .userId(caller.principalId())
        .account(caller.accountId())
        .arn(caller.principalArn())
        .build();
  }
}
