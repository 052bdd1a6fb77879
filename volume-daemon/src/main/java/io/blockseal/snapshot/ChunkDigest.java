package io.blockseal.snapshot;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a chunk's stored bytes, which is also the chunk's address.
///
/// The four words are the digest's bytes in big-endian order, so that comparing words compares
/// bytes. Immutable.
public record ChunkDigest(long word0, long word1, long word2, long word3)
    implements Comparable<ChunkDigest> {
  /// The length of a digest.
  public static final int LENGTH_BYTES = 32;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /// The digest of what remains in `stored`, whose position stays.
  public static ChunkDigest of(ByteBuffer stored) {
    MessageDigest sha256 = sha256();
    sha256.update(stored.duplicate());
    return of(sha256.digest());
  }

  /// The digest with these 32 bytes.
  public static ChunkDigest of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "digest has %d bytes, it must have %d".formatted(bytes.length, LENGTH_BYTES));
    }
    return read(MemorySegment.ofArray(bytes), 0);
  }

  /// The digest that [#hex] spelled.
  ///
  /// @throws IllegalArgumentException if `hex` is anything but 64 lower-case hexadecimal digits
  public static ChunkDigest parse(String hex) {
    if (hex.length() != 2 * LENGTH_BYTES || !hex.chars().allMatch(ChunkDigest::isLowerHex)) {
      throw new IllegalArgumentException(
          "digest \"" + hex + "\" is not 64 lower-case hexadecimal digits");
    }
    return of(HexFormat.of().parseHex(hex));
  }

  /// 64 lower-case hexadecimal digits.
  public String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(word0)
        + hex.toHexDigits(word1)
        + hex.toHexDigits(word2)
        + hex.toHexDigits(word3);
  }

  @Override
  public int compareTo(ChunkDigest other) {
    int order = Long.compareUnsigned(word0, other.word0);
    if (order == 0) {
      order = Long.compareUnsigned(word1, other.word1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(word2, other.word2);
    }
    return order == 0 ? Long.compareUnsigned(word3, other.word3) : order;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(word0);
  }

  @Override
  public String toString() {
    return hex();
  }

  static ChunkDigest read(MemorySegment source, long offset) {
    return new ChunkDigest(
        source.get(WORD, offset),
        source.get(WORD, offset + 8),
        source.get(WORD, offset + 16),
        source.get(WORD, offset + 24));
  }

  void write(MemorySegment target, long offset) {
    target.set(WORD, offset, word0);
    target.set(WORD, offset + 8, word1);
    target.set(WORD, offset + 16, word2);
    target.set(WORD, offset + 24, word3);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean isLowerHex(int character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
  }
}
