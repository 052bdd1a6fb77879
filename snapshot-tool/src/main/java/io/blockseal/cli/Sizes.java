package io.blockseal.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as people write and read them: binary units, whatever the spelling (`10G`, `10 GiB`,
/// `512MiB`).
public final class Sizes {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,6})\\s*([GT])(?:i?B)?", Pattern.CASE_INSENSITIVE);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Sizes() {}

  /// The whole GiB that `text` names; a bare number counts GiB, as in the EC2 API.
  ///
  /// @throws IllegalArgumentException if it names no whole number of GiB
  public static int gibibytes(String text) {
    Matcher matcher =
        SIZE.matcher(text.strip().matches("\\d{1,6}") ? text.strip() + "G" : text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a size: a whole number with G or T, such as 10G, is".formatted(text));
    }
    int number = Integer.parseInt(matcher.group(1));
    int gibibytes =
        matcher.group(2).equalsIgnoreCase("T") ? Math.multiplyExact(number, 1024) : number;
    if (gibibytes == 0) {
      throw new IllegalArgumentException("a size of 0: the smallest volume has 1G");
    }
    return gibibytes;
  }

  /// `bytes` in the largest unit that leaves at least 1, with three digits.
  public static String text(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String format = unit == 0 || value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, UNITS[unit]);
  }
}
