package io.blockseal.iam;

/// Matching with `*` (any run of characters) and `?` (any one character).
final class Glob {
  private Glob() {}

  /// Whether `pattern` matches all of `text`. Takes time proportional to the product of the lengths
  /// at worst: on a mismatch only the last `*` takes in one more character.
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int lastStar = -1;
    int starText = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        lastStar = p++;
        starText = t;
        continue;
      }
      if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
        continue;
      }
      if (lastStar < 0) {
        return false;
      }
      p = lastStar + 1;
      t = ++starText;
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
