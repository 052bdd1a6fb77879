package io.blockseal.kms.hsm;

/// What everything else is wrapped under in the end: a key file or a passphrase.
///
/// Losing it loses every key of this installation; whoever has it and the metadata has every key.
/// Thread-safe.
public abstract sealed class RootOfTrust implements AutoCloseable
    permits KeyFileRoot, PassphraseRoot {
  static final String KEY_PURPOSE = "blockseal/root/wrapping-key/v1";

  private final WrappingKey key;

  RootOfTrust(WrappingKey key) {
    this.key = key;
  }

  /// What names this root in the metadata, in hexadecimal; it tells nothing about the key.
  public String fingerprint() {
    return key.fingerprint();
  }

  WrappingKey key() {
    return key;
  }

  /// Wipes the root key. Closing twice does nothing.
  @Override
  public void close() {
    key.close();
  }
}
