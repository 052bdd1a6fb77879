package io.blockseal.it;

import java.nio.file.Files;
import java.nio.file.Path;

/// The distribution that this build made.
final class Distribution {
  private static final Path HOME =
      Path.of(System.getProperty("blockseal.distribution", "target/blockseal")).toAbsolutePath();

  private Distribution() {}

  static String blockseald() {
    return program("blockseald");
  }

  static String blockseal() {
    return program("blockseal");
  }

  private static String program(String name) {
    Path path = HOME.resolve("bin").resolve(name);
    if (!Files.isExecutable(path)) {
      throw new AssertionError("no " + path + ": these tests run after `package`");
    }
    return path.toString();
  }
}
