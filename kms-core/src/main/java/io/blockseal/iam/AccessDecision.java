package io.blockseal.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Whether a request is allowed, why, and how that was found. Immutable.
///
/// The procedure is AWS's for a resource with a policy of its own: an explicit deny wins; then the
/// resource policy may allow the principal itself; or it allows the principal's account, and the
/// account lets the principal; or a grant allows it. The root user of an account may do what the
/// account may; nobody else has identity policies here.
public final class AccessDecision {
  /// What decided.
  public enum Reason {
    ALLOWED_BY_RESOURCE_POLICY,
    ALLOWED_BY_IDENTITY,
    ALLOWED_BY_GRANT,
    DENIED_EXPLICITLY,
    NOT_ALLOWED_BY_IDENTITY,
    NOT_ALLOWED_BY_RESOURCE_POLICY
  }

  private final AccessRequest request;
  private final Reason reason;
  private final List<Statement> statements;

  private AccessDecision(AccessRequest request, Reason reason, List<Statement> statements) {
    this.request = request;
    this.reason = reason;
    this.statements = statements;
  }

  /// Decides on a request for a resource.
  ///
  /// @param grantAllows asked only if the policy neither allows nor denies
  public static AccessDecision onResource(
      AccessRequest request, PolicyDocument policy, BooleanSupplier grantAllows) {
    boolean allowedItself = false;
    boolean allowedAccount = false;
    for (Statement statement : policy.statements()) {
      Statement.Match match = statement.match(request);
      boolean applies =
          match == Statement.Match.APPLIES || match == Statement.Match.APPLIES_TO_ACCOUNT;
      if (applies && statement.effect() == Statement.Effect.DENY) {
        return new AccessDecision(request, Reason.DENIED_EXPLICITLY, policy.statements());
      }
      allowedItself |= match == Statement.Match.APPLIES;
      allowedAccount |= match == Statement.Match.APPLIES_TO_ACCOUNT;
    }
    return new AccessDecision(
        request, reason(allowedItself, allowedAccount, grantAllows), policy.statements());
  }

  /// Decides on a request that no resource policy is asked about, such as `kms:ListKeys`.
  public static AccessDecision onAccount(AccessRequest request) {
    Reason reason =
        request.isAccountRoot() ? Reason.ALLOWED_BY_IDENTITY : Reason.NOT_ALLOWED_BY_IDENTITY;
    return new AccessDecision(request, reason, List.of());
  }

  public boolean allowed() {
    return switch (reason) {
      case ALLOWED_BY_RESOURCE_POLICY, ALLOWED_BY_IDENTITY, ALLOWED_BY_GRANT -> true;
      case DENIED_EXPLICITLY, NOT_ALLOWED_BY_IDENTITY, NOT_ALLOWED_BY_RESOURCE_POLICY -> false;
    };
  }

  public Reason reason() {
    return reason;
  }

  /// What AWS tells a caller who is refused.
  ///
  /// @throws IllegalStateException if the caller is not
  public String refusal() {
    String because =
        switch (reason) {
          case DENIED_EXPLICITLY -> "with an explicit deny in a resource-based policy";
          case NOT_ALLOWED_BY_IDENTITY ->
              "because no identity-based policy allows the %s action".formatted(request.action());
          case NOT_ALLOWED_BY_RESOURCE_POLICY ->
              "because no resource-based policy allows the %s action".formatted(request.action());
          case ALLOWED_BY_RESOURCE_POLICY, ALLOWED_BY_IDENTITY, ALLOWED_BY_GRANT ->
              throw new IllegalStateException("the request is allowed");
        };
    return "User: %s is not authorized to perform: %s on resource: %s %s"
        .formatted(request.principalArn(), request.action(), request.resourceArn(), because);
  }

  /// How the decision was found: a line for every statement of the policy, and the outcome.
  public List<String> derivation() {
    List<String> lines = new ArrayList<>();
    for (Statement statement : statements) {
      lines.add(
          "statement %s (%s) %s"
              .formatted(
                  statement.name(),
                  statement.effect() == Statement.Effect.ALLOW ? "Allow" : "Deny",
                  statement.match(request).says()));
    }
    lines.add(
        switch (reason) {
          case ALLOWED_BY_RESOURCE_POLICY -> "allowed: the resource policy allows the principal";
          case ALLOWED_BY_IDENTITY -> "allowed: the root user may do what its account may";
          case ALLOWED_BY_GRANT -> "allowed: a grant allows it";
          case DENIED_EXPLICITLY -> "denied: the resource policy denies it explicitly";
          case NOT_ALLOWED_BY_IDENTITY -> "denied: the principal has no identity policy";
          case NOT_ALLOWED_BY_RESOURCE_POLICY -> "denied: neither policy nor grant allows it";
        });
    return List.copyOf(lines);
  }

  private static Reason reason(
      boolean allowedItself, boolean allowedAccount, BooleanSupplier grantAllows) {
    if (allowedItself) {
      return Reason.ALLOWED_BY_RESOURCE_POLICY;
    }
    if (grantAllows.getAsBoolean()) {
      return Reason.ALLOWED_BY_GRANT;
    }
    // The account's root user fits as itself; whoever fits only through the account is another
    // principal, and those have no identity policies.
    return allowedAccount ? Reason.NOT_ALLOWED_BY_IDENTITY : Reason.NOT_ALLOWED_BY_RESOURCE_POLICY;
  }
}
