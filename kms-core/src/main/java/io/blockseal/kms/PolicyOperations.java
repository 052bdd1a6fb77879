package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.GetKeyPolicyRequest;
import io.blockseal.aws.kms.GetKeyPolicyResponse;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListKeyPoliciesRequest;
import io.blockseal.aws.kms.ListKeyPoliciesResponse;
import io.blockseal.aws.kms.MalformedPolicyDocumentException;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import io.blockseal.aws.kms.PutKeyPolicyResponse;
import io.blockseal.iam.MalformedPolicyException;
import io.blockseal.iam.PolicyDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// GetKeyPolicy, ListKeyPolicies, PutKeyPolicy. A key has one policy, named `default`.
final class PolicyOperations {
  private static final String NAME = "default";
  private static final int MAX_POLICY_BYTES = 32 << 10;
  private static final String LIST = "ListKeyPolicies";
  private static final int USUAL_PAGE = 100;
  private static final int MAX_PAGE = 1000;

  private final KeyAccess access;

  PolicyOperations(KeyAccess access) {
    this.access = access;
  }

  GetKeyPolicyResponse get(Caller caller, GetKeyPolicyRequest request) {
    KeyRecord key =
        access.open(caller, request.keyId(), KeyOperation.GET_KEY_POLICY, RequestFacts.NONE);
    checkName(request.policyName());
    return new GetKeyPolicyResponse(key.policy(), NAME);
  }

  ListKeyPoliciesResponse list(Caller caller, ListKeyPoliciesRequest request) {
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start(LIST, request.marker());
    access.open(caller, request.keyId(), KeyOperation.LIST_KEY_POLICIES, RequestFacts.NONE);
    List<String> names = start == null ? List.of(NAME) : List.of();
    Page<String> page = Page.of(LIST, names, limit, name -> name);
    return new ListKeyPoliciesResponse(page.items(), page.nextMarker(), page.truncated());
  }

  PutKeyPolicyResponse put(Caller caller, PutKeyPolicyRequest request) {
    checkName(request.policyName());
    boolean bypass = Boolean.TRUE.equals(request.bypassPolicyLockoutSafetyCheck());
    access.change(
        caller,
        request.keyId(),
        KeyOperation.PUT_KEY_POLICY,
        RequestFacts.NONE.with("kms:BypassPolicyLockoutSafetyCheck", Boolean.toString(bypass)),
        key -> {
          check(caller, key, request.policy(), bypass);
          return key.withPolicy(request.policy());
        });
    return new PutKeyPolicyResponse();
  }

  /// Refuses a policy that cannot be evaluated, or, unless `bypass` is set, that would not let the
  /// caller change it again.
  void check(Caller caller, KeyRecord key, String policy, boolean bypass) {
    if (policy.getBytes(UTF_8).length > MAX_POLICY_BYTES) {
      throw new LimitExceededException(
          "The policy has %d bytes, at most %d are allowed."
              .formatted(policy.getBytes(UTF_8).length, MAX_POLICY_BYTES));
    }
    PolicyDocument document;
    try {
      document = PolicyDocument.parse(policy);
    } catch (MalformedPolicyException e) {
      throw new MalformedPolicyDocumentException(e.getMessage());
    }
    if (!bypass && !access.mayPutPolicy(caller, key, document)) {
      throw new MalformedPolicyDocumentException(
          "The new key policy will not allow you to update the key policy in the future.");
    }
  }

  private static void checkName(@Nullable String name) {
    if (name != null && !name.equals(NAME)) {
      throw new NotFoundException("No such policy exists");
    }
  }
}
