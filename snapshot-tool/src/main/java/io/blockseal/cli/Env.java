package io.blockseal.cli;

import io.blockseal.aws.client.ProfileFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  /// What `blockseald init` calls the profile that it makes.
  private static final String PROFILE = "blockseal";

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
    environment.put("AWS_PROFILE", PROFILE);
    Map<String, String> profile = profile(config);
    environment.put("AWS_ENDPOINT_URL", endpoint(profile));
    @Nullable String region = profile.get("region");
    if (region != null) {
      environment.put("AWS_REGION", region);
      environment.put("AWS_DEFAULT_REGION", region);
    }
    List<String> lines = new ArrayList<>();
    // Keys in the environment would win over the profile.
    lines.add("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN");
    environment.forEach(
        (name, value) -> lines.add("export %s='%s'".formatted(name, value.replace("'", "'\\''"))));
    context.output().text(String.join("\n", lines) + "\n");
  }

  private String endpoint(Map<String, String> profile) {
    @Nullable String given = options.givenEndpoint();
    if (given != null) {
      return given;
    }
    String endpoint = profile.getOrDefault("endpoint_url", GlobalOptions.LOCAL_ENDPOINT);
    // TLS may have been turned on since `blockseald init` wrote the endpoint down.
    return speaksTls() && endpoint.startsWith("http://")
        ? "https://" + endpoint.substring("http://".length())
        : endpoint;
  }

  private boolean speaksTls() {
    Path settings = data.resolve("blockseald.conf");
    if (!Files.isReadable(settings)) {
      return false;
    }
    try {
      return Files.readAllLines(settings).stream()
          .map(line -> line.split("=", 2))
          .anyMatch(parts -> parts.length == 2 && parts[0].strip().equals("tls.certificate"));
    } catch (IOException e) {
      throw new CommandException("cannot read " + settings + ": " + e.getMessage(), e);
    }
  }

  /// The profile in the configuration file that `blockseald init` wrote.
  private static Map<String, String> profile(Path config) {
    try {
      return ProfileFile.section(config, "profile " + PROFILE);
    } catch (IOException e) {
      throw new CommandException("cannot read " + config + ": " + e.getMessage(), e);
    }
  }
}
