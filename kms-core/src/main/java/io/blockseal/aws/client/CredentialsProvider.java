package io.blockseal.aws.client;

import io.blockseal.aws.sigv4.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a client gets what it signs with. Asked before every call; implementations are
/// thread-safe.
@FunctionalInterface
public interface CredentialsProvider {

  /// Throws an [io.blockseal.aws.AwsException] `NoCredentials` that says where was looked if there
  /// are none.
  Credentials credentials();

  /// Always these.
  static CredentialsProvider of(Credentials credentials) {
    return () -> credentials;
  }

  /// As the AWS CLI finds them: a profile that was asked for; else the environment; else the
  /// profile that the environment names, or `default`, in the shared credentials file.
  ///
  /// @param home where `.aws/credentials` is, unless the environment names another file
  /// @param profile null if none was asked for
  static CredentialsProvider standard(
      Map<String, String> environment, Path home, @Nullable String profile) {
    return () -> {
      Optional<Credentials> ofEnvironment =
          profile == null ? SharedCredentials.ofEnvironment(environment) : Optional.empty();
      return ofEnvironment.orElseGet(() -> SharedCredentials.ofFile(environment, home, profile));
    };
  }
}
