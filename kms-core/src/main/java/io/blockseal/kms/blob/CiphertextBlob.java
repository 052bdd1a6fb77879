package io.blockseal.kms.blob;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// A ciphertext under a KMS key, as callers keep it: it names the backing key that made it, so that
/// it decrypts after any number of rotations.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 3 | magic `42 53 43` ("BSC") |
/// | 3 | 1 | version `01` |
/// | 4 | 32 | id of the HSM backing key |
/// | 36 | 16 | nonce that the key of this ciphertext is derived with |
/// | 52 | 12 | IV of AES-256-GCM |
/// | 64 | n | ciphertext, as long as the plaintext: 1 to 4096 bytes |
/// | 64 + n | 16 | GCM tag, over the ciphertext and the encryption context |
///
/// Nothing in it is secret, and only the tag says whether it is genuine. Immutable.
public final class CiphertextBlob {
  public static final int BACKING_KEY_ID_BYTES = 32;
  public static final int NONCE_BYTES = 16;
  public static final int IV_BYTES = 12;
  public static final int TAG_BYTES = 16;
  public static final int MAX_PLAINTEXT_BYTES = 4096;

  private static final byte[] MAGIC = {'B', 'S', 'C'};
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES =
      MAGIC.length + 1 + BACKING_KEY_ID_BYTES + NONCE_BYTES + IV_BYTES;
  private static final int MIN_BYTES = HEADER_BYTES + 1 + TAG_BYTES;
  private static final int MAX_BYTES = HEADER_BYTES + MAX_PLAINTEXT_BYTES + TAG_BYTES;

  private final byte[] backingKeyId;
  private final byte[] nonce;
  private final byte[] iv;
  private final byte[] ciphertextAndTag;

  /// A blob of these parts, which are copied.
  ///
  /// @throws IllegalArgumentException if one of them has the wrong length
  public CiphertextBlob(byte[] backingKeyId, byte[] nonce, byte[] iv, byte[] ciphertextAndTag) {
    checkLength("backing key id", backingKeyId, BACKING_KEY_ID_BYTES, BACKING_KEY_ID_BYTES);
    checkLength("nonce", nonce, NONCE_BYTES, NONCE_BYTES);
    checkLength("IV", iv, IV_BYTES, IV_BYTES);
    checkLength(
        "ciphertext and tag", ciphertextAndTag, 1 + TAG_BYTES, MAX_PLAINTEXT_BYTES + TAG_BYTES);
    this.backingKeyId = backingKeyId.clone();
    this.nonce = nonce.clone();
    this.iv = iv.clone();
    this.ciphertextAndTag = ciphertextAndTag.clone();
  }

  /// Reads the layout above.
  ///
  /// @throws MalformedBlobException if length, magic or version are not those of a blob
  public static CiphertextBlob parse(byte[] bytes) throws MalformedBlobException {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new MalformedBlobException(
          "ciphertext blob of %d bytes, allowed are %d to %d"
              .formatted(bytes.length, MIN_BYTES, MAX_BYTES));
    }
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new MalformedBlobException("ciphertext blob without its magic");
    }
    if (bytes[MAGIC.length] != VERSION) {
      throw new MalformedBlobException(
          "ciphertext blob of version %d, known is %d".formatted(bytes[MAGIC.length], VERSION));
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, MAGIC.length + 1, bytes.length - MAGIC.length - 1);
    return new CiphertextBlob(
        take(rest, BACKING_KEY_ID_BYTES),
        take(rest, NONCE_BYTES),
        take(rest, IV_BYTES),
        take(rest, rest.remaining()));
  }

  /// The layout above, in a fresh array.
  public byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + ciphertextAndTag.length)
        .put(MAGIC)
        .put(VERSION)
        .put(backingKeyId)
        .put(nonce)
        .put(iv)
        .put(ciphertextAndTag)
        .array();
  }

  /// The id of the backing key in lower-case hexadecimal, which is also its key material id.
  public String backingKeyId() {
    return HexFormat.of().formatHex(backingKeyId);
  }

  public byte[] nonce() {
    return nonce.clone();
  }

  public byte[] iv() {
    return iv.clone();
  }

  public byte[] ciphertextAndTag() {
    return ciphertextAndTag.clone();
  }

  @Override
  public String toString() {
    return "CiphertextBlob[under %s, %d bytes]"
        .formatted(backingKeyId(), HEADER_BYTES + ciphertextAndTag.length);
  }

  private static byte[] take(ByteBuffer source, int lengthBytes) {
    byte[] taken = new byte[lengthBytes];
    source.get(taken);
    return taken;
  }

  private static void checkLength(String what, byte[] bytes, int min, int max) {
    if (bytes.length < min || bytes.length > max) {
      throw new IllegalArgumentException(
          "%s of %d bytes, allowed are %d to %d".formatted(what, bytes.length, min, max));
    }
  }
}
