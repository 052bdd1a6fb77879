package io.blockseal.kms.hsm;

import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/// A root of trust in a file: exactly 32 random bytes, readable by its owner only.
///
/// Whoever can read the file and the metadata has every key; keep them on different backups.
public final class KeyFileRoot extends RootOfTrust {
  private static final int FILE_BYTES = 32;

  private KeyFileRoot(WrappingKey key) {
    super(key);
  }

  /// Makes a new key file.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if there is one already
  public static KeyFileRoot create(Path file, SecureRandom random) throws IOException {
    byte[] drawn = new byte[FILE_BYTES];
    try {
      random.nextBytes(drawn);
      SecretFile.create(file, drawn);
    } finally {
      Arrays.fill(drawn, (byte) 0);
    }
    return open(file);
  }

  /// @throws RootOfTrustException if the file is missing, open to others, or not 32 bytes long
  public static KeyFileRoot open(Path file) throws IOException {
    byte[] content = SecretFile.read(file, "key file", FILE_BYTES);
    try {
      if (content.length != FILE_BYTES) {
        throw new RootOfTrustException(
            "key file %s has %d bytes, it must have %d"
                .formatted(file, content.length, FILE_BYTES));
      }
      return new KeyFileRoot(
          new WrappingKey(
              SecretBytes.takeOver(Hkdf.derive(content, KEY_PURPOSE, WrappingKey.KEY_BYTES))));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }
}
