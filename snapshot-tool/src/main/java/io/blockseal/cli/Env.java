package io.blockseal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints the environment that points the AWS CLI, the SDKs and this program at a daemon.
@Command(
    name = "env",
    description = "Print the exports that point the AWS CLI and SDKs of a shell at a daemon.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  eval \"$(blockseal env --data /var/lib/blockseal)\"",
      "  eval \"$(blockseal env --data DIR --endpoint-url http://127.0.0.1:4599)\""
    })
final class Env implements Runnable {
  private final Context context;
  private final GlobalOptions options;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The data directory that `blockseald init` made.")
  private Path data = Path.of("");

  Env(Context context, GlobalOptions options) {
    this.context = context;
    this.options = options;
  }

  @Override
  public void run() {
    Path credentials = data.resolve("credentials").toAbsolutePath();
    Path config = data.resolve("config").toAbsolutePath();
    if (!Files.isReadable(credentials)) {
      throw new CommandException(
          "cannot read %s: is it the data directory of a daemon, and yours to read?"
              .formatted(credentials));
    }
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("AWS_SHARED_CREDENTIALS_FILE", credentials.toString());
    environment.put("AWS_CONFIG_FILE", config.toString());
    environment.put("AWS_PROFILE", "blockseal");
    environment.put("AWS_ENDPOINT_URL", endpoint(config));
    setting(config, "region").ifPresent(region -> environment.put("AWS_REGION", region));
    setting(config, "region").ifPresent(region -> environment.put("AWS_DEFAULT_REGION", region));
    List<String> lines = new ArrayList<>();
    // Keys in the environment would win over the profile.
    lines.add("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN");
    environment.forEach(
        (name, value) -> lines.add("export %s='%s'".formatted(name, value.replace("'", "'\\''"))));
    context.output().text(String.join("\n", lines) + "\n");
  }

  private String endpoint(Path config) {
    @Nullable String given = options.endpoint();
    return given == null
        ? setting(config, "endpoint_url").orElse(GlobalOptions.LOCAL_ENDPOINT)
        : given;
  }

  /// The value of a `name = value` line in a configuration file that this project wrote.
  private static Optional<String> setting(Path config, String name) {
    if (!Files.isReadable(config)) {
      return Optional.empty();
    }
    try {
      return Files.readAllLines(config).stream()
          .map(line -> line.split("=", 2))
          .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
          .map(parts -> parts[1].strip())
          .findFirst();
    } catch (IOException e) {
      throw new CommandException("cannot read " + config + ": " + e.getMessage(), e);
    }
  }
}
