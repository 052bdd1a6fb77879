package io.blockseal.meta;

import java.nio.charset.StandardCharsets;

/// The rules of keys and prefixes, and their byte form.
final class MetadataKey {
  /// Long enough for an ARN beside an alias, short enough for every store.
  static final int MAX_BYTES = 1024;

  private MetadataKey() {}

  /// `key`, if it is a legal one: 1 to [#MAX_BYTES] bytes of UTF-8, no control characters, no empty
  /// segment.
  static String check(String key) {
    checkCharacters(key);
    if (key.isEmpty() || key.startsWith("/") || key.endsWith("/") || key.contains("//")) {
      throw new IllegalArgumentException("key \"" + key + "\" has an empty segment");
    }
    return key;
  }

  /// The byte form of a prefix, which unlike a key may be empty or end with `/`.
  static byte[] prefixBytes(String prefix) {
    checkCharacters(prefix);
    return prefix.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }

  /// The smallest byte string behind everything that starts with `prefix`. UTF-8 never contains
  /// 0xFF, so counting up the last byte does it; behind the empty prefix lies a lone 0xFF.
  static byte[] endOf(byte[] prefix) {
    if (prefix.length == 0) {
      return new byte[] {(byte) 0xFF};
    }
    byte[] end = prefix.clone();
    end[end.length - 1]++;
    return end;
  }

  static int checkLimit(int limit) {
    if (limit < 1 || limit > MetadataStore.MAX_SCAN_ENTRIES) {
      throw new IllegalArgumentException(
          "scan limit %d, allowed are 1 to %d".formatted(limit, MetadataStore.MAX_SCAN_ENTRIES));
    }
    return limit;
  }

  private static void checkCharacters(String text) {
    int lengthBytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (point < 0x20
          || point == 0x7F
          || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
        throw new IllegalArgumentException(
            "key has character U+%04X at %d, which is not allowed".formatted(point, i));
      }
      lengthBytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      i += Character.charCount(point);
    }
    if (lengthBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "key has %d bytes, at most %d are allowed".formatted(lengthBytes, MAX_BYTES));
    }
  }
}
