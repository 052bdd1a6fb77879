package io.blockseal.daemon;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data`, which every command takes.
final class DataOption {
  private static final String VARIABLE = "BLOCKSEAL_DATA";
  private static final String STANDARD = "/var/lib/blockseal";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory; " + VARIABLE + ", then " + STANDARD + " if not given.")
  private @Nullable Path given;

  /// The directory that holds; an empty variable counts as not given, as those of the settings do.
  DataDirectory directory(Map<String, String> environment) {
    String variable = environment.getOrDefault(VARIABLE, "");
    return new DataDirectory(
        given == null ? Path.of(variable.isEmpty() ? STANDARD : variable) : given);
  }
}
