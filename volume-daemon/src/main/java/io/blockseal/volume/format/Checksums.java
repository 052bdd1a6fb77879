package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli, RFC 3720), the checksum of everything here: it tells damage from content,
/// not friend from foe. Stateless.
final class Checksums {
  private Checksums() {}

  /// The checksum of `lengthBytes` bytes of `bytes` from `offset` on; its position stays.
  static int of(ByteBuffer bytes, int offset, int lengthBytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(offset + lengthBytes).position(offset));
    return (int) crc.getValue();
  }

  static int of(byte[] bytes, int offset, int lengthBytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, lengthBytes);
    return (int) crc.getValue();
  }
}
