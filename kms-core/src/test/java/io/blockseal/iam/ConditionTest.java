package io.blockseal.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionTest {
  /// Operator, values of the policy, values of the request (`-` for none, joined by `+`), outcome.
  @ParameterizedTest
  @CsvSource({
    "StringEquals, a+b, b, true",
    "StringEquals, a+b, c, false",
    "StringEquals, a, A, false",
    "StringEquals, a, -, false",
    "StringEqualsIfExists, a, -, true",
    "StringEqualsIfExists, a, b, false",
    "StringNotEquals, a+b, c, true",
    "StringNotEquals, a+b, b, false",
    "StringNotEquals, a, -, true",
    "StringEqualsIgnoreCase, a, A, true",
    "StringNotEqualsIgnoreCase, a, A, false",
    "StringLike, vol-*, vol-1, true",
    "StringLike, vol-*, snap-1, false",
    "StringNotLike, vol-*, snap-1, true",
    "StringNotLike, vol-*, vol-1, false",
    "Bool, true, true, true",
    "Bool, true, false, false",
    "Bool, true, -, false",
    "BoolIfExists, true, -, true",
    "Null, true, -, true",
    "Null, true, a, false",
    "Null, false, a, true",
    "Null, false, -, false",
    "NumericEquals, 7, 7.0, true",
    "NumericNotEquals, 7, 8, true",
    "NumericLessThan, 7, 6, true",
    "NumericLessThan, 7, 7, false",
    "NumericLessThanEquals, 7, 7, true",
    "NumericGreaterThan, 7, 8, true",
    "NumericGreaterThan, 7, 7, false",
    "NumericGreaterThanEquals, 7, 7, true",
    "NumericGreaterThanEquals, 7, x, false",
    "ArnLike, arn:aws:iam::1:role/*, arn:aws:iam::1:role/a/b, true",
    "ArnLike, arn:aws:iam::*:role/a, arn:aws:iam::1:role/a, true",
    "ArnLike, arn:*:role/a, arn:aws:iam::1:role/a, false",
    "ArnNotEquals, arn:aws:iam::1:role/a, arn:aws:iam::1:role/b, true",
    "ForAnyValue:StringEquals, a+b, b+c, true",
    "ForAnyValue:StringEquals, a+b, c+d, false",
    "ForAnyValue:StringEquals, a, -, false",
    "ForAllValues:StringEquals, a+b, a+b, true",
    "ForAllValues:StringEquals, a+b, a+c, false",
    "ForAllValues:StringEquals, a, -, true",
  })
  void comparesAsAwsDoes(String operator, String wanted, String actual, boolean holds)
      throws MalformedPolicyException {
    Condition condition = Condition.of(operator, "Some:Key", List.of(wanted.split("\\+", -1)));
    Map<String, List<String>> facts =
        actual.equals("-") ? Map.of() : Map.of("some:key", List.of(actual.split("\\+", -1)));
    assertThat(condition.holds(key -> facts.getOrDefault(key, List.of()))).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({
    "DateGreaterThan, aws:CurrentTime, 2020-01-01T00:00:00Z",
    "IpAddress, aws:SourceIp, 10.0.0.0/8",
    "BinaryEquals, key, AAAA",
    "stringequals, key, a",
    "Bool, key, maybe",
    "Null, key, 1",
    "StringEquals, key, ${aws:username}",
    "ForAllValues:StringEquals, kms:EncryptionContext:a, b",
  })
  void refusesWhatItCannotEvaluate(String operator, String key, String value) {
    assertThatThrownBy(() -> Condition.of(operator, key, List.of(value)))
        .isInstanceOf(MalformedPolicyException.class);
  }
}
