package io.blockseal.aws.sigv4;

import java.util.Optional;

/// Where a server looks up access keys. Implementations are thread-safe and quick: every request
/// asks.
@FunctionalInterface
public interface CredentialSource {

  /// The key of this id; empty if there is none.
  Optional<AccessKey> find(String accessKeyId);
}
