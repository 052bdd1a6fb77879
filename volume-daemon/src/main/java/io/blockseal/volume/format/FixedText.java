package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// ASCII text in a field of fixed length, padded with zeros. Stateless.
final class FixedText {
  private FixedText() {}

  static void put(ByteBuffer fields, int offset, int lengthBytes, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > lengthBytes) {
      throw new IllegalArgumentException(
          "\"%s\" has more than %d characters".formatted(text, lengthBytes));
    }
    fields.put(offset, bytes);
  }

  /// The text up to the first zero or the end of the field.
  ///
  /// @throws FormatException if it is not ASCII
  static String get(ByteBuffer fields, int offset, int lengthBytes) throws FormatException {
    int length = 0;
    while (length < lengthBytes && fields.get(offset + length) != 0) {
      if (fields.get(offset + length) < 0) {
        throw new FormatException("text with a byte that is not ASCII at offset " + offset);
      }
      length++;
    }
    byte[] bytes = new byte[length];
    fields.get(offset, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
