package io.blockseal.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The options that every command takes. Each falls back to the variable that the AWS CLI uses.
final class GlobalOptions {
  /// Where a daemon listens unless it is told otherwise.
  static final String LOCAL_ENDPOINT = "http://127.0.0.1:4599";

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
          "The daemon's address; AWS_ENDPOINT_URL, then http://127.0.0.1:4599 if not given.")
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
      description = "The Region; AWS_REGION, then us-east-1 if not given.")
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

  /// The endpoint that was asked for; null if none was.
  @Nullable String endpoint() {
    return endpoint == null ? environment.get("AWS_ENDPOINT_URL") : endpoint;
  }

  boolean aws() {
    return aws;
  }

  String region() {
    if (region != null) {
      return region;
    }
    String named = environment.getOrDefault("AWS_REGION", environment.get("AWS_DEFAULT_REGION"));
    return named == null ? "us-east-1" : named;
  }

  @Nullable String profile() {
    return profile == null ? environment.get("AWS_PROFILE") : profile;
  }

  Output.Format output() {
    return output;
  }

  boolean colour(boolean terminal) {
    return switch (colour) {
      case always -> true;
      case never -> false;
      case auto -> terminal && !environment.containsKey("NO_COLOR");
    };
  }
}
