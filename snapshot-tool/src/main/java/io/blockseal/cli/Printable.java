package io.blockseal.cli;

/// Text of a service as a terminal may be given it.
///
/// A description or a tag is whatever somebody wrote into it, and a terminal obeys control
/// characters: they could colour, hide or overwrite what stands around them.
final class Printable {
  private static final char REPLACEMENT = '\uFFFD';

  private Printable() {}

  /// `text` as part of one line: every control character is replaced, line ends too.
  static String line(String text) {
    return replaced(text, false);
  }

  /// `text` as lines: line ends and tabs stay.
  static String lines(String text) {
    return replaced(text, true);
  }

  private static String replaced(String text, boolean keepLines) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean kept = keepLines && (c == '\n' || c == '\t');
      shown.append(isObeyed(c) && !kept ? REPLACEMENT : c);
    }
    return shown.toString();
  }

  /// The control characters, and those that turn the direction of the text around them (UAX #9,
  /// section 2).
  private static boolean isObeyed(char c) {
    return Character.isISOControl(c)
        || c == '\u061C'
        || c == '\u200E'
        || c == '\u200F'
        || (c >= '\u2028' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
