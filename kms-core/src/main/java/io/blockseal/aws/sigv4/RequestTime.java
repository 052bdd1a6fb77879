package io.blockseal.aws.sigv4;

import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.INCOMPLETE;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.NOT_CURRENT;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// When a request says it was signed, and whether that is near enough to now. Immutable.
final class RequestTime {

  /// How far two clocks may stand apart, in general.
  private static final Duration GENERAL_SKEW = Duration.ofMinutes(15);

  /// And with KMS, as its own refusals say.
  private static final Duration KMS_SKEW = Duration.ofMinutes(5);

  /// The longest that AWS lets a presigned request hold.
  private static final int MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

  private static final DateTimeFormatter ISO_BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Instant instant;

  private RequestTime(Instant instant) {
    this.instant = instant;
  }

  /// `20260131T235959Z`.
  static String format(Instant instant) {
    return ISO_BASIC.format(instant);
  }

  /// Reads ISO 8601's basic format or, as a `Date` header may have it, that of RFC 1123.
  static RequestTime parse(String text) {
    try {
      boolean isIso = !text.contains(" ");
      DateTimeFormatter format = isIso ? ISO_BASIC : DateTimeFormatter.RFC_1123_DATE_TIME;
      return new RequestTime(format.parse(text, Instant::from));
    } catch (DateTimeException e) {
      throw new SignatureRefusedException(
          INCOMPLETE,
          "Date must be in ISO-8601 'basic format'. Got '"
              + text
              + "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }
  }

  /// The form that a string to sign has.
  String text() {
    return format(instant);
  }

  /// The day that the scope must name.
  String date() {
    return text().substring(0, 8);
  }

  /// Throws a [SignatureRefusedException] if this is not near enough to now; `expires` is that of a
  /// presigned request, null for any other.
  void requireCurrent(Instant now, String service, @Nullable String expires) {
    Duration skew = service.equals("kms") ? KMS_SKEW : GENERAL_SKEW;
    if (instant.isAfter(now.plus(skew))) {
      throw new SignatureRefusedException(
          NOT_CURRENT,
          "Signature not yet current: %s is still later than %s (%s + %d min.)"
              .formatted(text(), format(now.plus(skew)), format(now), skew.toMinutes()));
    }
    if (expires != null) {
      Duration holds = Duration.ofSeconds(expiresSeconds(expires));
      if (instant.plus(holds).isBefore(now)) {
        throw new SignatureRefusedException(
            NOT_CURRENT,
            "Signature expired: %s is now earlier than %s (%s - %d sec.)"
                .formatted(text(), format(now.minus(holds)), format(now), holds.toSeconds()));
      }
    } else if (instant.isBefore(now.minus(skew))) {
      throw new SignatureRefusedException(
          NOT_CURRENT,
          "Signature expired: %s is now earlier than %s (%s - %d min.)"
              .formatted(text(), format(now.minus(skew)), format(now), skew.toMinutes()));
    }
  }

  private static int expiresSeconds(String expires) {
    int seconds;
    try {
      seconds = Integer.parseInt(expires);
    } catch (NumberFormatException e) {
      throw new SignatureRefusedException(INCOMPLETE, "X-Amz-Expires should be a number");
    }
    if (seconds < 0 || seconds > MAX_EXPIRES_SECONDS) {
      throw new SignatureRefusedException(
          INCOMPLETE,
          "X-Amz-Expires must be between 0 and "
              + MAX_EXPIRES_SECONDS
              + " seconds, got "
              + expires);
    }
    return seconds;
  }
}
