package io.blockseal.volume.cipher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;

/// A run of one of the Python scripts under `src/test/resources/independent`, which know
/// Blockseal's ciphers and formats from their description only and compute with OpenSSL.
public final class IndependentScript {
  private static final int TAG_MISMATCH_STATUS = 3;

  private IndependentScript() {}

  /// Skips the calling test, with the reason, where there is no `python3` or no `libcrypto`.
  public static void assumeAvailable() {
    String problem;
    try {
      Outcome outcome = start("evp.py", new byte[0], "check");
      problem = outcome.status == 0 ? "" : outcome.complaint;
    } catch (UncheckedIOException e) {
      problem = e.toString();
    }
    Assumptions.assumeTrue(problem.isEmpty(), "independent check impossible: " + problem);
  }

  /// What `script`, fed with `input`, prints.
  ///
  /// @throws AssertionError if it fails
  public static byte[] run(String script, byte[] input, String... arguments) {
    Outcome outcome = start(script, input, arguments);
    if (outcome.status != 0) {
      throw new AssertionError(
          script + " ends with status " + outcome.status + ": " + outcome.complaint);
    }
    return outcome.output;
  }

  /// Whether `script`, fed with `input`, finds a wrong tag.
  public static boolean findsWrongTag(String script, byte[] input, String... arguments) {
    return start(script, input, arguments).status == TAG_MISMATCH_STATUS;
  }

  private static Outcome start(String script, byte[] input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("python3", "-B", locate(script).toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<byte[]> complaint = readAll(process.getErrorStream());
      CompletableFuture<byte[]> output = readAll(process.getInputStream());
      try (OutputStream standardInput = process.getOutputStream()) {
        standardInput.write(input);
      }
      return new Outcome(
          process.waitFor(),
          output.join(),
          new String(complaint.join(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<byte[]> readAll(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static Path locate(String script) {
    URL resource =
        Objects.requireNonNull(
            IndependentScript.class.getResource("/independent/" + script), script);
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Outcome {
    private final int status;
    private final byte[] output;
    private final String complaint;

    private Outcome(int status, byte[] output, String complaint) {
      this.status = status;
      this.output = output;
      this.complaint = complaint;
    }
  }
}
