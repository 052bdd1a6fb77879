package io.blockseal.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs for tests.
public final class Shell {
  private static final long LIMIT_MINUTES = 5;

  /// What a program left: its exit code, and what it printed on both streams.
  public record Result(int exitCode, String out, String err) {}

  private Shell() {}

  /// Runs a program and returns its standard output without the last newline.
  ///
  /// @throws AssertionError if it fails, with everything it printed
  public static String run(String... command) {
    Result result = execute(Map.of(), command);
    if (result.exitCode != 0) {
      throw new AssertionError(
          "%s exited with %d: %s%s"
              .formatted(List.of(command), result.exitCode, result.out, result.err));
    }
    return result.out.stripTrailing();
  }

  /// Runs a program with additional environment variables, whatever its exit code is.
  public static Result execute(Map<String, String> environment, String... command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder
          .environment()
          .keySet()
          .removeAll(List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"));
      Process process = builder.start();
      process.getOutputStream().close();
      StringBuilder err = new StringBuilder();
      Thread reader = Thread.ofVirtual().start(() -> err.append(text(process.getErrorStream())));
      String out = text(process.getInputStream());
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end in %d minutes".formatted(List.of(command), LIMIT_MINUTES));
      }
      reader.join();
      return new Result(process.exitValue(), out, err.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String text(java.io.InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
