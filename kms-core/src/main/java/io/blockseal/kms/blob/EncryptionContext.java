package io.blockseal.kms.blob;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// The pairs that a ciphertext is bound to, in their one canonical byte form: the additional
/// authenticated data of every ciphertext under a KMS key.
///
/// | bytes | what |
/// |---|---|
/// | 4 | number of pairs |
/// | | then for each pair, in the unsigned byte order of the keys' UTF-8: |
/// | 4 | length of the key |
/// | n | key, UTF-8 |
/// | 4 | length of the value |
/// | n | value, UTF-8 |
///
/// Integers are big-endian. Every length stands before its text, so two different maps never have
/// the same bytes: `{"ab":"c"}` and `{"a":"bc"}` differ in the first length. This is the one
/// producer of these bytes. Immutable.
public final class EncryptionContext {
  /// The most that AWS's cryptographic operations take.
  public static final int MAX_LENGTH_BYTES = 8192;

  private final byte[] canonical;

  private EncryptionContext(byte[] canonical) {
    this.canonical = canonical;
  }

  /// The context of these pairs, whatever order they come in.
  ///
  /// @throws IllegalArgumentException if a text is not well-formed Unicode (its UTF-8 would not be
  ///   unique), or if the canonical form is longer than [#MAX_LENGTH_BYTES]
  public static EncryptionContext of(Map<String, String> pairs) {
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    long lengthBytes = Integer.BYTES;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      byte[] key = utf8(pair.getKey());
      byte[] value = utf8(pair.getValue());
      sorted.put(key, value);
      lengthBytes += 2L * Integer.BYTES + key.length + value.length;
    }
    if (lengthBytes > MAX_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "encryption context of %d bytes, at most %d are allowed"
              .formatted(lengthBytes, MAX_LENGTH_BYTES));
    }
    ByteBuffer canonical = ByteBuffer.allocate((int) lengthBytes);
    canonical.putInt(sorted.size());
    sorted.forEach(
        (key, value) -> canonical.putInt(key.length).put(key).putInt(value.length).put(value));
    return new EncryptionContext(canonical.array());
  }

  /// A fresh copy of the canonical form.
  public byte[] canonicalBytes() {
    return canonical.clone();
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("encryption context holds half a surrogate pair", e);
    }
  }
}
