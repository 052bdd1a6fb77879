package io.blockseal.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Byte strings that are looked for in files, all of them in one pass.
final class Needles {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4096;

  /// Where one was found.
  record Found(String needle, Path file, long offset) {}

  private final Map<String, byte[]> needles = new LinkedHashMap<>();

  /// The first two bytes of all of them.
  private final BitSet beginnings = new BitSet(1 << 16);

  private int longest;

  Needles text(String name, String text) {
    return raw(name, text.getBytes(StandardCharsets.US_ASCII));
  }

  /// A key: its bytes, and as text.
  Needles key(String name, byte[] key) {
    raw(name, key);
    text(name + " in hex", HexFormat.of().formatHex(key));
    text(name + " in HEX", HexFormat.of().withUpperCase().formatHex(key));
    String base64 = Base64.getEncoder().encodeToString(key);
    return text(name + " in base64", base64.substring(0, base64.length() / 4 * 4 - 4));
  }

  private Needles raw(String name, byte[] bytes) {
    needles.put(name, bytes);
    beginnings.set(beginning(bytes, 0));
    longest = Math.max(longest, bytes.length);
    return this;
  }

  /// Where they are in all files below a directory.
  List<Found> below(Path directory) throws IOException {
    List<Found> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.addAll(in(file));
      }
    }
    return found;
  }

  List<Found> in(Path file) throws IOException {
    List<Found> found = new ArrayList<>();
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] buffer = new byte[CHUNK_BYTES + longest - 1];
      long size = open.length();
      for (long at = 0; at < size; at += CHUNK_BYTES) {
        open.seek(at);
        int length = fill(open, buffer);
        for (int page = 0; page < Math.min(length, CHUNK_BYTES); page += PAGE_BYTES) {
          search(file, at, buffer, page, length, found);
        }
      }
    }
    return found;
  }

  /// All that begin in a page, which is passed over if it holds but zeros.
  private void search(
      Path file, long base, byte[] buffer, int page, int length, List<Found> found) {
    int end = Math.min(Math.min(length, CHUNK_BYTES), page + PAGE_BYTES);
    if (isZero(buffer, page, end)) {
      return;
    }
    for (int i = page; i < end && i + 1 < length; i++) {
      if (!beginnings.get(beginning(buffer, i))) {
        continue;
      }
      for (Map.Entry<String, byte[]> needle : needles.entrySet()) {
        byte[] bytes = needle.getValue();
        if (i + bytes.length <= length
            && Arrays.equals(buffer, i, i + bytes.length, bytes, 0, bytes.length)) {
          found.add(new Found(needle.getKey(), file, base + i));
        }
      }
    }
  }

  private static boolean isZero(byte[] buffer, int from, int to) {
    return buffer[from] == 0 && Arrays.equals(buffer, from, to - 1, buffer, from + 1, to);
  }

  private static int fill(RandomAccessFile file, byte[] buffer) throws IOException {
    int at = 0;
    for (int n = 0; n >= 0 && at < buffer.length; at += Math.max(n, 0)) {
      n = file.read(buffer, at, buffer.length - at);
    }
    return at;
  }

  private static int beginning(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }
}
