package io.blockseal.cli;

import io.blockseal.aws.client.ProfileFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The options that every command takes. Each falls back to the variable that the AWS CLI uses, and
/// the Region and the endpoint to the profile in its configuration file.
final class GlobalOptions {
  /// Where a daemon listens unless it is told otherwise.
  static final String LOCAL_ENDPOINT = "http://127.0.0.1:4599";

  private static final String DEFAULT_REGION = "us-east-1";
  private static final String DEFAULT_PROFILE = "default";

  enum Colour {
    auto,
    always,
    never
  }

  private final Map<String, String> environment;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description =
          "The daemon's address; AWS_ENDPOINT_URL, the profile's, then http://127.0.0.1:4599 if not"
              + " given.")
  private @Nullable String endpoint;

  @Option(
      names = "--aws",
      scope = ScopeType.INHERIT,
      description = "Talk to AWS itself instead of a daemon.")
  private boolean aws;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      scope = ScopeType.INHERIT,
      description =
          "The Region; AWS_REGION, AWS_DEFAULT_REGION, the profile's, then us-east-1 if not given.")
  private @Nullable String region;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "The profile of the credentials file; AWS_PROFILE if not given.")
  private @Nullable String profile;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      scope = ScopeType.INHERIT,
      description = "For people or for scripts; table if not given.")
  private Output.Format output = Output.Format.table;

  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      scope = ScopeType.INHERIT,
      description = "auto colours on a terminal, unless NO_COLOR is set.")
  private Colour colour = Colour.auto;

  GlobalOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /// The endpoint that an option or the environment names; null if neither does.
  @Nullable String givenEndpoint() {
    return endpoint == null ? variable("AWS_ENDPOINT_URL").orElse(null) : endpoint;
  }

  /// Where the daemon is.
  String endpoint() {
    String given = givenEndpoint();
    return given == null ? ofProfile("endpoint_url").orElse(LOCAL_ENDPOINT) : given;
  }

  /// Whether AWS itself is meant.
  ///
  /// @throws CommandException if another endpoint is meant, too
  boolean aws() {
    if (aws && endpoint != null) {
      throw CommandException.usage("--aws and --endpoint-url exclude each other");
    }
    return aws;
  }

  String region() {
    return Optional.ofNullable(region)
        .or(() -> variable("AWS_REGION"))
        .or(() -> variable("AWS_DEFAULT_REGION"))
        .or(() -> ofProfile("region"))
        .orElse(DEFAULT_REGION);
  }

  /// The profile that the option names; null if it was not given, which leaves the choice to the
  /// environment.
  @Nullable String profile() {
    return profile;
  }

  /// A setting of the profile in the configuration file that all AWS clients share.
  private Optional<String> ofProfile(String setting) {
    Path file =
        variable("AWS_CONFIG_FILE")
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".aws", "config"));
    String name =
        Optional.ofNullable(profile).or(() -> variable("AWS_PROFILE")).orElse(DEFAULT_PROFILE);
    String section = name.equals(DEFAULT_PROFILE) ? name : "profile " + name;
    try {
      return Optional.ofNullable(ProfileFile.section(file, section).get(setting));
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  Output.Format output() {
    return output;
  }

  boolean colour(boolean terminal) {
    return switch (colour) {
      case always -> true;
      case never -> false;
      case auto -> terminal && variable("NO_COLOR").isEmpty();
    };
  }
}
