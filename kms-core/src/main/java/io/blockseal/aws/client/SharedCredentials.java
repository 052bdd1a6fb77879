package io.blockseal.aws.client;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.sigv4.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Credentials from the places that all AWS clients share.
final class SharedCredentials {

  private SharedCredentials() {}

  static Optional<Credentials> ofEnvironment(Map<String, String> environment) {
    String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (id.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    String token = environment.getOrDefault("AWS_SESSION_TOKEN", "");
    return Optional.of(new Credentials(id, secret, token.isEmpty() ? null : token));
  }

  static Credentials ofFile(
      Map<String, String> environment, Path home, @Nullable String askedProfile) {
    String named = environment.getOrDefault("AWS_SHARED_CREDENTIALS_FILE", "");
    Path file = named.isEmpty() ? home.resolve(".aws").resolve("credentials") : Path.of(named);
    String profile =
        askedProfile == null ? environment.getOrDefault("AWS_PROFILE", "default") : askedProfile;
    Map<String, String> settings = section(file, profile);
    String id = settings.get("aws_access_key_id");
    String secret = settings.get("aws_secret_access_key");
    if (id == null || secret == null) {
      String elsewhere =
          askedProfile == null
              ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and "
              : "";
      throw noCredentials(
          elsewhere
              + "profile '"
              + profile
              + "' in "
              + file
              + " has no aws_access_key_id and secret",
          null);
    }
    return new Credentials(id, secret, settings.get("aws_session_token"));
  }

  private static Map<String, String> section(Path file, String section) {
    try {
      return ProfileFile.section(file, section);
    } catch (IOException e) {
      throw noCredentials("cannot read " + file, e);
    }
  }

  private static AwsException noCredentials(String message, @Nullable Throwable cause) {
    return new AwsException("NoCredentials", 403, AwsException.Fault.SENDER, message, cause);
  }
}
