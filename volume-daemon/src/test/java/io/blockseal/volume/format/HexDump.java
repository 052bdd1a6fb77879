package io.blockseal.volume.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Bytes as `hexdump -C` prints them: 16 a line, with a `*` for lines that equal the one before.
/// The form of golden files, so that a difference is seen for what it is. Stateless.
public final class HexDump {
  private static final int LINE_BYTES = 16;
  private static final int OFFSET_DIGITS = 8;

  /// Where the bytes of a line begin, and the text behind them.
  private static final int HEX = 10;

  private static final int TEXT = 60;

  private HexDump() {}

  /// The dump of `bytes`.
  public static String of(byte[] bytes) {
    StringBuilder dump = new StringBuilder();
    boolean squeezed = false;
    for (int at = 0; at < bytes.length; at += LINE_BYTES) {
      if (equalsLineBefore(bytes, at)) {
        dump.append(squeezed ? "" : "*\n");
        squeezed = true;
        continue;
      }
      squeezed = false;
      dump.append(line(at, Arrays.copyOfRange(bytes, at, Math.min(at + LINE_BYTES, bytes.length))));
    }
    return dump.append("%08x\n".formatted(bytes.length)).toString();
  }

  /// The golden file `name`.hex of this package.
  public static String golden(String name) throws IOException {
    try (InputStream in = HexDump.class.getResourceAsStream(name + ".hex")) {
      if (in == null) {
        throw new IOException("golden file %s.hex is missing".formatted(name));
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /// The bytes that `dump` shows.
  public static byte[] parse(String dump) {
    String[] lines = dump.split("\n", -1);
    byte[] bytes = new byte[offset(lines[lines.length - 2])];
    int end = 0;
    for (int i = 0; i < lines.length - 2; i++) {
      if (lines[i].equals("*")) {
        int next = offset(lines[i + 1]);
        for (; end < next; end++) {
          bytes[end] = bytes[end - LINE_BYTES];
        }
        continue;
      }
      String hex = lines[i].substring(HEX, TEXT).replace(" ", "");
      byte[] row = HexFormat.of().parseHex(hex);
      System.arraycopy(row, 0, bytes, offset(lines[i]), row.length);
      end = offset(lines[i]) + row.length;
    }
    return bytes;
  }

  private static boolean equalsLineBefore(byte[] bytes, int at) {
    return at > 0
        && at + LINE_BYTES <= bytes.length
        && Arrays.equals(bytes, at - LINE_BYTES, at, bytes, at, at + LINE_BYTES);
  }

  private static String line(int at, byte[] row) {
    StringBuilder line = new StringBuilder("%08x  ".formatted(at));
    StringBuilder text = new StringBuilder("|");
    for (int i = 0; i < row.length; i++) {
      line.append(i == LINE_BYTES / 2 ? " " : "").append("%02x ".formatted(row[i]));
      text.append(row[i] >= ' ' && row[i] < 127 ? (char) row[i] : '.');
    }
    line.repeat(' ', TEXT - line.length());
    return line.append(text).append("|\n").toString();
  }

  private static int offset(String line) {
    return Integer.parseInt(line.substring(0, OFFSET_DIGITS), 16);
  }
}
