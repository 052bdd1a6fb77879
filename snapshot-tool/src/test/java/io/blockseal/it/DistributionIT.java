package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The programs as a user starts them: what they print, and how they end.
@Timeout(120)
class DistributionIT {
  private static final Map<String, String> JAVA =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  @TempDir private Path work;

  @Test
  void saysItsVersionAndNothingElse() {
    for (String program : List.of(Distribution.blockseald(), Distribution.blockseal())) {
      Shell.Result result = Shell.execute(JAVA, program, "--version");

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).matches("blockseald? \\d+\\.\\d+\\.\\d+\\S*\n");
      assertThat(result.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "C", "C.UTF-8", "xx_XX.UTF-8", "xx_XX.ISO-8859-1"})
  void readsArgumentsAsUtf8WhateverTheLocale(String locale) {
    Map<String, String> environment = new HashMap<>(JAVA);
    environment.put("LC_ALL", locale);

    Shell.Result result =
        Shell.execute(
            environment,
            "/bin/sh",
            "-c",
            "exec \"$0\" env --data \"$(printf '/nowhere/k\\303\\244se')\"",
            Distribution.blockseal());

    assertThat(result.err()).startsWith("error: cannot read /nowhere/käse/credentials: ");
  }

  @Test
  void loadsClassesAheadOfTime() {
    assertThat(Path.of("target", "blockseal", "lib")).isDirectoryContaining("glob:**.aot");
  }

  @Test
  void saysThatItIsReadyAndNothingElseAndStopsWithoutAnError() throws Exception {
    Process daemon = daemonWithoutFuse(Distribution.blockseald());
    String ready = daemon.inputReader().readLine();
    daemon.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams too

    assertThat(ready)
        .startsWith("blockseald is ready at http://127.0.0.1:")
        .endsWith("volumes do not appear, for mount = none");
    assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(daemon.exitValue()).isZero();
    assertThat(daemon.inputReader().readLine()).isNull();
    assertThat(new String(daemon.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
    assertThat(work.resolve("data/blockseald.pid")).doesNotExist();
  }

  @Test
  void refusesASecondDaemonOnTheSameData() throws Exception {
    Process daemon = daemonWithoutFuse(Distribution.blockseald());
    try {
      daemon.inputReader().readLine();

      Shell.Result second =
          Shell.execute(
              JAVA, Distribution.blockseald(), "run", "--data", work.resolve("data").toString());

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err())
          .isEqualTo(
              "error: another blockseald (process %d) is using %s\n"
                  .formatted(daemon.pid(), work.resolve("data")));
    } finally {
      daemon.destroy();
      daemon.waitFor();
    }
  }

  @Test
  void goesWithoutACacheOfClassesThatDoesNotFitInSilence() throws IOException {
    Path copy = work.resolve("copy of it");
    Path original = Path.of("target", "blockseal").toAbsolutePath();
    Files.createDirectories(copy.resolve("bin"));
    Files.createDirectories(copy.resolve("lib"));
    try (Stream<Path> files = Files.list(original.resolve("lib"))) {
      for (Path file : files.toList()) {
        Path target = copy.resolve("lib").resolve(file.getFileName());
        if (file.toString().endsWith(".aot")) {
          Files.writeString(target, "not a cache");
        } else if (file.toString().endsWith(".sh")) {
          Files.copy(file, target);
        } else {
          Files.createSymbolicLink(target, file);
        }
      }
    }
    Path program = copy.resolve("bin/blockseal");
    Files.copy(original.resolve("bin/blockseal"), program, StandardCopyOption.COPY_ATTRIBUTES);

    Shell.Result result = Shell.execute(JAVA, program.toString(), "--version");

    assertThat(result.out()).startsWith("blockseal ");
    assertThat(result.err()).isEmpty();
  }

  private Process daemonWithoutFuse(String program) throws IOException {
    String data = work.resolve("data").toString();
    assertThat(Shell.execute(JAVA, program, "init", "--data", data).exitCode()).isZero();
    ProcessBuilder builder =
        new ProcessBuilder(
            program, "run", "--data", data, "--listen", "127.0.0.1:0", "--mount", "none");
    builder.environment().putAll(JAVA);
    return builder.start();
  }
}
