package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli, RFC 3720), the checksum of everything here: it tells damage from content,
/// not friend from foe. Stateless.
final class Checksums {
  private Checksums() {}

  /// The checksum of `lengthBytes` bytes of `bytes` from `offset` on; its position and limit are
  /// moved meanwhile and stay what they are. Every write has two of these, so it makes no view.
  static int of(ByteBuffer bytes, int offset, int lengthBytes) {
    int position = bytes.position();
    int limit = bytes.limit();
    CRC32C crc = new CRC32C();
    try {
      crc.update(bytes.limit(offset + lengthBytes).position(offset));
      return (int) crc.getValue();
    } finally {
      bytes.limit(limit).position(position);
    }
  }

  static int of(byte[] bytes, int offset, int lengthBytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, lengthBytes);
    return (int) crc.getValue();
  }
}
