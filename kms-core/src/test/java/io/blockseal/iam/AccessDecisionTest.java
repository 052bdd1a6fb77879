package io.blockseal.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.iam.AccessDecision.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AccessDecisionTest {
  private static final String ACCOUNT = "111122223333";
  private static final String ROOT = "arn:aws:iam::111122223333:root";
  private static final String ROLE = "arn:aws:iam::111122223333:role/path/worker";
  private static final String SESSION = "arn:aws:sts::111122223333:assumed-role/worker/job-1";
  private static final String KEY = "arn:aws:kms:eu-west-1:111122223333:key/1";

  @Test
  void allowsThePrincipalItself() throws Exception {
    assertThat(decide(ROOT, allow("\"AWS\":\"" + ROOT + "\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide(ROLE, allow("\"AWS\":\"" + ROLE + "\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide(ROOT, allow("\"AWS\":\"" + ACCOUNT + "\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide("ec2.amazonaws.com", allow("\"Service\":\"ec2.amazonaws.com\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
  }

  @Test
  void countsASessionAsItsRole() throws Exception {
    assertThat(decide(SESSION, allow("\"AWS\":\"" + ROLE + "\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide(SESSION, allow("\"AWS\":\"" + SESSION + "\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide(SESSION, allow("\"AWS\":\"arn:aws:iam::111122223333:role/other\"")))
        .isEqualTo(Reason.NOT_ALLOWED_BY_RESOURCE_POLICY);
    assertThat(decide(SESSION, allow("\"AWS\":\"arn:aws:iam::444455556666:role/worker\"")))
        .isEqualTo(Reason.NOT_ALLOWED_BY_RESOURCE_POLICY);
  }

  @Test
  void leavesOtherPrincipalsOfAnAccountToTheirIdentityPolicies() throws Exception {
    assertThat(decide(ROLE, allow("\"AWS\":\"" + ROOT + "\"")))
        .isEqualTo(Reason.NOT_ALLOWED_BY_IDENTITY);
  }

  @Test
  void deniesExplicitlyWhateverAllows() throws Exception {
    String deny =
        "{\"Effect\":\"Deny\",\"NotPrincipal\":{\"AWS\":\""
            + ROLE
            + "\"},\"NotAction\":\"kms:Describe*\",\"Resource\":\"*\"}";
    assertThat(decide(ROOT, allow("\"AWS\":\"*\""), deny)).isEqualTo(Reason.DENIED_EXPLICITLY);
    assertThat(decide(ROLE, allow("\"AWS\":\"*\""), deny))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
  }

  @Test
  void asksForAGrantLast() throws Exception {
    PolicyDocument policy = document(allow("\"AWS\":\"" + ROOT + "\""));
    assertThat(AccessDecision.onResource(request(ROLE), policy, () -> true).reason())
        .isEqualTo(Reason.ALLOWED_BY_GRANT);
    assertThat(
            AccessDecision.onResource(
                    request(ROOT),
                    policy,
                    () -> {
                      throw new AssertionError("asked for a grant");
                    })
                .allowed())
        .isTrue();
  }

  @Test
  void matchesActionsWithoutCaseAndResourcesWithIt() throws Exception {
    String statement = allow("\"AWS\":\"" + ROOT + "\"");
    assertThat(decide(ROOT, statement.replace("kms:*", "KMS:dec*")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
    assertThat(
            decide(ROOT, statement.replace("\"Resource\":\"*\"", "\"Resource\":\"arn:*:key/2\"")))
        .isEqualTo(Reason.NOT_ALLOWED_BY_RESOURCE_POLICY);
    assertThat(
            decide(
                ROOT, statement.replace("\"Resource\":\"*\"", "\"NotResource\":\"arn:*:key/2\"")))
        .isEqualTo(Reason.ALLOWED_BY_RESOURCE_POLICY);
  }

  @Test
  void saysWhyItRefuses() throws Exception {
    AccessDecision decision =
        AccessDecision.onResource(
            request(ROLE), document(allow("\"AWS\":\"" + ROOT + "\"")), () -> false);
    assertThat(decision.refusal())
        .isEqualTo(
            "User: "
                + ROLE
                + " is not authorized to perform: kms:Decrypt on resource: "
                + KEY
                + " because no identity-based policy allows the kms:Decrypt action");
    assertThat(decision.derivation())
        .containsExactly(
            "statement #1 (Allow) applies to the caller's account",
            "denied: the principal has no identity policy");
    AccessDecision allowed =
        AccessDecision.onResource(
            request(ROOT), document(allow("\"AWS\":\"" + ROOT + "\"")), () -> false);
    assertThatThrownBy(allowed::refusal).isInstanceOf(IllegalStateException.class);
    assertThat(allowed.derivation().getLast())
        .isEqualTo("allowed: the resource policy allows the principal");
  }

  @Test
  void letsOnlyRootUsersDoWhatNeedsNoResource() {
    assertThat(AccessDecision.onAccount(request(ROOT)).allowed()).isTrue();
    assertThat(AccessDecision.onAccount(request(ROLE)).allowed()).isFalse();
  }

  private static Reason decide(String principal, String... statements)
      throws MalformedPolicyException {
    return AccessDecision.onResource(request(principal), document(statements), () -> false)
        .reason();
  }

  private static AccessRequest request(String principal) {
    return new AccessRequest(principal, ACCOUNT, "kms:Decrypt", KEY, key -> List.of());
  }

  private static String allow(String principal) {
    return "{\"Effect\":\"Allow\",\"Principal\":{"
        + principal
        + "},\"Action\":\"kms:*\",\"Resource\":\"*\"}";
  }

  private static PolicyDocument document(String... statements) throws MalformedPolicyException {
    return PolicyDocument.parse("{\"Statement\":[" + String.join(",", statements) + "]}");
  }
}
