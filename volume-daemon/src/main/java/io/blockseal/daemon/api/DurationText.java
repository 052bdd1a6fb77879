package io.blockseal.daemon.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as people write them: `30d`, `12h`, `1d12h30m`, `45s`, or ISO 8601 (`P30D`,
/// `PT12H`).
final class DurationText {
  private static final Pattern SHORT =
      Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");

  private DurationText() {}

  /// The positive span that `text` spells.
  ///
  /// @throws IllegalArgumentException if it spells none
  static Duration parse(String text) {
    Duration duration = read(text);
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("'" + text + "' is not a span of time after now");
    }
    return duration;
  }

  /// The short form, without what is zero: `30d`, `1d12h`; `0s` for nothing at all.
  static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), 'd');
    append(text, duration.toHoursPart(), 'h');
    append(text, duration.toMinutesPart(), 'm');
    append(text, duration.toSecondsPart(), 's');
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long number, char unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }

  private static Duration read(String text) {
    Matcher parts = SHORT.matcher(text);
    if (!text.isEmpty() && parts.matches()) {
      return Duration.ofDays(number(parts, 1))
          .plusHours(number(parts, 2))
          .plusMinutes(number(parts, 3))
          .plusSeconds(number(parts, 4));
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a span of time such as 30d, 12h, 1d12h or PT15M", e);
    }
  }

  private static long number(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
  }
}
