package io.blockseal.daemon;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// A path as one word of a POSIX shell, for commands that people copy from a message.
final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\p{Alnum}_@%+=:,./-]+");

  private ShellWord() {}

  /// The path as it is, or in single quotes if a shell would make anything else of it.
  static String of(Path path) {
    String text = path.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
