package io.blockseal.iam;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;

/// How a condition compares a value of the request with a value of the policy. The negated operators
/// hold if no value of the policy compares.
enum ConditionOperator {
  STRING_EQUALS("StringEquals", false, String::equals),
  STRING_NOT_EQUALS("StringNotEquals", true, String::equals),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false, String::equalsIgnoreCase),
  STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true, String::equalsIgnoreCase),
  STRING_LIKE("StringLike", false, (actual, pattern) -> Glob.matches(pattern, actual)),
  STRING_NOT_LIKE("StringNotLike", true, (actual, pattern) -> Glob.matches(pattern, actual)),
  ARN_EQUALS("ArnEquals", false, ConditionOperator::arnLike),
  ARN_LIKE("ArnLike", false, ConditionOperator::arnLike),
  ARN_NOT_EQUALS("ArnNotEquals", true, ConditionOperator::arnLike),
  ARN_NOT_LIKE("ArnNotLike", true, ConditionOperator::arnLike),
  NUMERIC_EQUALS("NumericEquals", false, (actual, wanted) -> compares(actual, wanted, 0, 0)),
  NUMERIC_NOT_EQUALS("NumericNotEquals", true, (actual, wanted) -> compares(actual, wanted, 0, 0)),
  NUMERIC_LESS_THAN("NumericLessThan", false, (actual, wanted) -> compares(actual, wanted, -1, -1)),
  NUMERIC_LESS_THAN_EQUALS(
      "NumericLessThanEquals", false, (actual, wanted) -> compares(actual, wanted, -1, 0)),
  NUMERIC_GREATER_THAN(
      "NumericGreaterThan", false, (actual, wanted) -> compares(actual, wanted, 1, 1)),
  NUMERIC_GREATER_THAN_EQUALS(
      "NumericGreaterThanEquals", false, (actual, wanted) -> compares(actual, wanted, 0, 1)),
  BOOL("Bool", false, String::equalsIgnoreCase),
  /// Whether the key is absent; compares nothing else.
  NULL("Null", false, String::equalsIgnoreCase);

  private final String wireName;
  private final boolean negated;
  private final BiPredicate<String, String> compares;

  ConditionOperator(String wireName, boolean negated, BiPredicate<String, String> compares) {
    this.wireName = wireName;
    this.negated = negated;
    this.compares = compares;
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
    boolean any = wanted.stream().anyMatch(value -> compares.test(actual, value));
    return any != negated;
  }

  private static boolean compares(String actual, String wanted, int from, int to) {
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
      return Glob.matches(
          pattern.toLowerCase(Locale.ROOT), actual.toLowerCase(Locale.ROOT));
    }
    for (int i = 0; i < 6; i++) {
      if (!Glob.matches(patternParts[i], actualParts[i])) {
        return false;
      }
    }
    return true;
  }
}
