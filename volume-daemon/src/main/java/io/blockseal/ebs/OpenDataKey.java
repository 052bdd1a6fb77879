package io.blockseal.ebs;

import io.blockseal.secret.SecretBytes;

/// A data key in both its forms, for as long as something is being made with it. Whoever gets it
/// closes it, which wipes the plaintext. Confined to one thread.
final class OpenDataKey implements AutoCloseable {
  private final WrappedKey wrapped;
  private final SecretBytes plaintext;

  /// Takes over `plaintext`.
  OpenDataKey(WrappedKey wrapped, SecretBytes plaintext) {
    this.wrapped = wrapped;
    this.plaintext = plaintext;
  }

  WrappedKey wrapped() {
    return wrapped;
  }

  /// Stays owned by this.
  SecretBytes plaintext() {
    return plaintext;
  }

  @Override
  public void close() {
    plaintext.close();
  }
}
