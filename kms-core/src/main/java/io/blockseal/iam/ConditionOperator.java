package io.blockseal.iam;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/// How a condition compares a value of the request with a value of the policy. The negated
/// operators hold if no value of the policy compares.
enum ConditionOperator {
  STRING_EQUALS("StringEquals", false),
  STRING_NOT_EQUALS("StringNotEquals", true),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false),
  STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true),
  STRING_LIKE("StringLike", false),
  STRING_NOT_LIKE("StringNotLike", true),
  ARN_EQUALS("ArnEquals", false),
  ARN_LIKE("ArnLike", false),
  ARN_NOT_EQUALS("ArnNotEquals", true),
  ARN_NOT_LIKE("ArnNotLike", true),
  NUMERIC_EQUALS("NumericEquals", false),
  NUMERIC_NOT_EQUALS("NumericNotEquals", true),
  NUMERIC_LESS_THAN("NumericLessThan", false),
  NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", false),
  NUMERIC_GREATER_THAN("NumericGreaterThan", false),
  NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", false),
  BOOL("Bool", false),
  /// Whether the key is absent; compares nothing else.
  NULL("Null", false);

  private final String wireName;
  private final boolean negated;

  ConditionOperator(String wireName, boolean negated) {
    this.wireName = wireName;
    this.negated = negated;
  }

  static Optional<ConditionOperator> of(String wireName) {
    for (ConditionOperator operator : values()) {
      if (operator.wireName.equals(wireName)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  /// What a request without the key makes of it, if the condition does not say otherwise.
  boolean holdsWithoutKey() {
    return negated;
  }

  boolean holds(String actual, List<String> wanted) {
    return wanted.stream().anyMatch(value -> compares(actual, value)) != negated;
  }

  private boolean compares(String actual, String wanted) {
    return switch (this) {
      case STRING_EQUALS, STRING_NOT_EQUALS -> actual.equals(wanted);
      case STRING_EQUALS_IGNORE_CASE, STRING_NOT_EQUALS_IGNORE_CASE, BOOL, NULL ->
          actual.equalsIgnoreCase(wanted);
      case STRING_LIKE, STRING_NOT_LIKE -> Glob.matches(wanted, actual);
      case ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE -> arnLike(actual, wanted);
      case NUMERIC_EQUALS, NUMERIC_NOT_EQUALS -> isOrdered(actual, wanted, 0, 0);
      case NUMERIC_LESS_THAN -> isOrdered(actual, wanted, -1, -1);
      case NUMERIC_LESS_THAN_EQUALS -> isOrdered(actual, wanted, -1, 0);
      case NUMERIC_GREATER_THAN -> isOrdered(actual, wanted, 1, 1);
      case NUMERIC_GREATER_THAN_EQUALS -> isOrdered(actual, wanted, 0, 1);
    };
  }

  private static boolean isOrdered(String actual, String wanted, int from, int to) {
    try {
      int order = new BigDecimal(actual).compareTo(new BigDecimal(wanted));
      return order >= from && order <= to;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /// ARNs compare segment by segment, so that a `*` does not reach over a colon.
  private static boolean arnLike(String actual, String pattern) {
    String[] actualParts = actual.split(":", 6);
    String[] patternParts = pattern.split(":", 6);
    if (actualParts.length != 6 || patternParts.length != 6) {
      return pattern.equals("*");
    }
    for (int i = 0; i < 6; i++) {
      if (!Glob.matches(patternParts[i], actualParts[i])) {
        return false;
      }
    }
    return true;
  }
}
