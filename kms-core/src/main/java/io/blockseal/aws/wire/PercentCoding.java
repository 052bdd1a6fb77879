package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent-encoding as RFC 3986 has it and AWS signs it: all but letters, digits, `-`, `.`, `_` and
/// `~` is encoded, byte by byte of the UTF-8 form, in capital hex.
public final class PercentCoding {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentCoding() {}

  public static String encode(String text) {
    return encode(text, false);
  }

  /// Encodes all but the slashes.
  public static String encodePath(String path) {
    return encode(path, true);
  }

  private static String encode(String text, boolean keepSlash) {
    int i = 0;
    while (i < text.length() && isKept(text.charAt(i), keepSlash)) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isKept((char) (b & 0xff), keepSlash)) {
        encoded.append((char) b);
      } else {
        encoded.append('%');
        HEX.toHexDigits(encoded, b);
      }
    }
    return encoded.toString();
  }

  private static boolean isKept(char c, boolean keepSlash) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~'
        || (c == '/' && keepSlash);
  }

  /// Decodes `%XX`. Throws an [AwsException] `MalformedQueryString` if the escapes or the UTF-8 are
  /// broken.
  public static String decode(String text) {
    return decode(text, false);
  }

  /// Decodes `%XX` and `+`, which in a form stands for a space.
  public static String decodeForm(String text) {
    return decode(text, true);
  }

  private static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0) {
      return plusIsSpace ? text.replace('+', ' ') : text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        bytes.write(escaped(raw, i));
        i += 2;
      } else {
        bytes.write(plusIsSpace && raw[i] == '+' ? ' ' : raw[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("Escaped text is not UTF-8.");
    }
  }

  private static int escaped(byte[] raw, int at) {
    if (at + 2 >= raw.length) {
      throw malformed("Incomplete trailing escape % sequence");
    }
    int high = Character.digit(raw[at + 1], 16);
    int low = Character.digit(raw[at + 2], 16);
    if (high < 0 || low < 0) {
      throw malformed(
          "Illegal hex character in escape % pattern: %"
              + new String(raw, at + 1, 2, StandardCharsets.ISO_8859_1));
    }
    return high << 4 | low;
  }

  private static AwsException malformed(String message) {
    return AwsException.sender("MalformedQueryString", 400, message);
  }
}
