package io.blockseal.iam;

import java.util.List;
import java.util.Locale;

/// One statement of a policy document.
///
/// @param name its `Sid`, or its place in the document
/// @param actions patterns in lower case: actions do not depend on it
record Statement(
    String name,
    Effect effect,
    boolean notPrincipals,
    List<PrincipalPattern> principals,
    boolean notActions,
    List<String> actions,
    boolean notResources,
    List<String> resources,
    List<Condition> conditions) {

  enum Effect {
    ALLOW,
    DENY
  }

  /// What a statement has to say about a request.
  enum Match {
    OTHER_PRINCIPAL("is about other principals"),
    OTHER_ACTION("is about other actions"),
    OTHER_RESOURCE("is about other resources"),
    CONDITION_FAILS("has a condition that does not hold"),
    APPLIES_TO_ACCOUNT("applies to the caller's account"),
    APPLIES("applies");

    private final String says;

    Match(String says) {
      this.says = says;
    }

    String says() {
      return says;
    }
  }

  Statement {
    principals = List.copyOf(principals);
    actions = List.copyOf(actions);
    resources = List.copyOf(resources);
    conditions = List.copyOf(conditions);
  }

  Match match(AccessRequest request) {
    PrincipalPattern.Fit fit = principalFit(request);
    if (fit == PrincipalPattern.Fit.NONE) {
      return Match.OTHER_PRINCIPAL;
    }
    String action = request.action().toLowerCase(Locale.ROOT);
    if (actions.stream().anyMatch(pattern -> Glob.matches(pattern, action)) == notActions) {
      return Match.OTHER_ACTION;
    }
    if (resources.stream().anyMatch(pattern -> Glob.matches(pattern, request.resourceArn()))
        == notResources) {
      return Match.OTHER_RESOURCE;
    }
    for (Condition condition : conditions) {
      if (!condition.holds(request.facts())) {
        return Match.CONDITION_FAILS;
      }
    }
    return fit == PrincipalPattern.Fit.ITSELF ? Match.APPLIES : Match.APPLIES_TO_ACCOUNT;
  }

  private PrincipalPattern.Fit principalFit(AccessRequest request) {
    PrincipalPattern.Fit best = PrincipalPattern.Fit.NONE;
    for (PrincipalPattern principal : principals) {
      PrincipalPattern.Fit fit = principal.fits(request);
      if (fit.compareTo(best) > 0) {
        best = fit;
      }
    }
    if (!notPrincipals) {
      return best;
    }
    return best == PrincipalPattern.Fit.NONE
        ? PrincipalPattern.Fit.ITSELF
        : PrincipalPattern.Fit.NONE;
  }
}
