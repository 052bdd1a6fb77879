package io.blockseal.ebs;

/// The patterns of EC2's filters: `*` stands for any characters, `?` for one, `\` takes the next
/// one as it is. Case counts. Immutable.
record Glob(String pattern) {

  /// Whether the whole of `text` matches. Takes time linear in the pattern for each character of
  /// the text, whatever the pattern.
  boolean matches(String text) {
    int p = 0;
    int t = 0;
    int starPattern = -1;
    int starText = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        starPattern = ++p;
        starText = t;
        continue;
      }
      int next = matchOne(p, text.charAt(t));
      if (next >= 0) {
        p = next;
        t++;
        continue;
      }
      if (starPattern < 0) {
        return false;
      }
      p = starPattern;
      t = ++starText;
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /// The place behind what matched `character` at `p`; -1 if it does not match.
  private int matchOne(int p, char character) {
    if (p == pattern.length()) {
      return -1;
    }
    char wanted = pattern.charAt(p);
    if (wanted == '?') {
      return p + 1;
    }
    if (wanted == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == character ? p + 2 : -1;
    }
    return wanted == character ? p + 1 : -1;
  }
}
