package io.blockseal.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Changes to valid bytes, in a form in which a fuzzer can spell them: a few bytes say much, so it
/// need not carry megabytes about.
///
/// | bytes | what, again and again |
/// |---|---|
/// | 4 | where, little-endian, modulo the length of what is changed |
/// | 1 | how many bytes follow |
/// | n | what to put there, up to the end |
///
/// Whatever is left over in the end does nothing. Stateless.
public final class Edits {
  private static final int HEAD_BYTES = 5;

  private Edits() {}

  /// A changed copy of `original`.
  public static byte[] applied(byte[] edits, byte[] original) {
    byte[] changed = original.clone();
    ByteBuffer rest = ByteBuffer.wrap(edits).order(ByteOrder.LITTLE_ENDIAN);
    while (rest.remaining() > HEAD_BYTES) {
      int at = Integer.remainderUnsigned(rest.getInt(), changed.length);
      int announced = Math.min(Byte.toUnsignedInt(rest.get()), rest.remaining());
      int length = Math.min(announced, changed.length - at);
      rest.get(changed, at, length);
      rest.position(rest.position() + announced - length);
    }
    return changed;
  }

  /// One change.
  public static byte[] of(int offset, byte... bytes) {
    return ByteBuffer.allocate(HEAD_BYTES + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(offset)
        .put((byte) bytes.length)
        .put(bytes)
        .array();
  }

  /// One change of a little-endian integer.
  public static byte[] ofInt(int offset, int value) {
    return of(
        offset,
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /// One change of a little-endian integer.
  public static byte[] ofLong(int offset, long value) {
    return of(
        offset,
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
