package io.blockseal.cli;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The daemon's own small JSON API under `/_blockseal/`, for what AWS has no call for: the clock,
/// where a volume's file is, progress in bytes, why a key refused. Signed like every other call.
public interface DaemonApi {
  /// The answer to `GET /_blockseal/` + `path`; empty if the endpoint has no such API, as AWS has
  /// not.
  ///
  /// @param path percent-encoded
  /// @throws io.blockseal.aws.AwsException if the daemon refuses, or knows nothing of that id
  Optional<Map<String, @Nullable Object>> get(String path);

  /// The answer to `POST /_blockseal/` + `path` with `body` as JSON.
  ///
  /// @throws io.blockseal.aws.AwsException if the daemon refuses
  Map<String, @Nullable Object> post(String path, Map<String, ?> body);
}
