package io.blockseal.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One line of a `Condition` element: an operator, a key and the values it is compared with.
///
/// @param key in lower case: condition keys do not depend on it
record Condition(
    ConditionOperator operator,
    Quantifier quantifier,
    boolean ifExists,
    String key,
    List<String> values) {

  /// How a condition treats a key with several values in the request.
  enum Quantifier {
    /// The plain form; meant for keys with one value, and holds if any compares.
    SINGLE(""),
    FOR_ANY_VALUE("ForAnyValue:"),
    FOR_ALL_VALUES("ForAllValues:");

    private final String prefix;

    Quantifier(String prefix) {
      this.prefix = prefix;
    }
  }

  Condition {
    values = List.copyOf(values);
  }

  /// The condition under an operator such as `ForAnyValue:StringLikeIfExists`.
  static Condition of(String operatorText, String key, List<String> values)
      throws MalformedPolicyException {
    Quantifier quantifier = Quantifier.SINGLE;
    String name = operatorText;
    for (Quantifier candidate : Quantifier.values()) {
      if (!candidate.prefix.isEmpty() && operatorText.startsWith(candidate.prefix)) {
        quantifier = candidate;
        name = operatorText.substring(candidate.prefix.length());
      }
    }
    boolean ifExists = name.endsWith("IfExists");
    String bare = ifExists ? name.substring(0, name.length() - "IfExists".length()) : name;
    ConditionOperator operator =
        ConditionOperator.of(bare)
            .orElseThrow(
                () ->
                    new MalformedPolicyException(
                        "Condition operator " + operatorText + " is not supported."));
    String lowerKey = key.toLowerCase(Locale.ROOT);
    if (quantifier == Quantifier.FOR_ALL_VALUES && lowerKey.startsWith("kms:encryptioncontext:")) {
      throw new MalformedPolicyException(
          "Condition key " + key + " with ForAllValues is overly permissive.");
    }
    boolean needsFlag = operator == ConditionOperator.BOOL || operator == ConditionOperator.NULL;
    for (String value : values) {
      if (value.contains("${")) {
        throw new MalformedPolicyException("Policy variables are not supported: " + value);
      }
      if (needsFlag && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
        throw new MalformedPolicyException(
            "Condition " + operatorText + " of " + key + " needs true or false.");
      }
    }
    return new Condition(operator, quantifier, ifExists, lowerKey, values);
  }

  boolean holds(AccessRequest.Facts facts) {
    List<String> actual = new ArrayList<>(facts.values(key));
    if (operator == ConditionOperator.NULL) {
      return operator.holds(Boolean.toString(actual.isEmpty()), values);
    }
    if (actual.isEmpty()) {
      return ifExists
          || switch (quantifier) {
            case SINGLE -> operator.holdsWithoutKey();
            case FOR_ANY_VALUE -> false;
            case FOR_ALL_VALUES -> true;
          };
    }
    return switch (quantifier) {
      case SINGLE, FOR_ANY_VALUE -> actual.stream().anyMatch(one -> operator.holds(one, values));
      case FOR_ALL_VALUES -> actual.stream().allMatch(one -> operator.holds(one, values));
    };
  }
}
