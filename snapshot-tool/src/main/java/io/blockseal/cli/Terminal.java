package io.blockseal.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Standard output and standard error, and whether each is a terminal.
record Terminal(
    PrintWriter out, boolean outIsTerminal, PrintWriter notes, boolean notesAreTerminal) {
  /// Those of this process.
  static Terminal ofProcess() {
    // Without a locale, as under cron, Java takes everything for ASCII and writes `?` for the rest.
    Charset charset =
        System.out.charset().equals(StandardCharsets.US_ASCII)
            ? StandardCharsets.UTF_8
            : System.out.charset();
    return new Terminal(
        new PrintWriter(System.out, true, charset),
        isTerminal(1),
        new PrintWriter(System.err, true, charset),
        isTerminal(2));
  }

  /// The JDK answers this for all standard streams together only, so the kernel is asked for each.
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
