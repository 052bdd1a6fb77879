package io.blockseal.volume.format;

/// Every way to alter one byte of a structure. Stateless.
final class ByteFlips {
  private ByteFlips() {}

  /// What is asked of an altered structure.
  interface Check {
    void accept(byte[] altered) throws Exception;
  }

  /// Asks `check` about every other value of every byte from `from` up to `to`, one at a time.
  static void everyValue(byte[] bytes, int from, int to, Check check) {
    byte[] altered = bytes.clone();
    for (int at = from; at < to; at++) {
      for (int mask = 1; mask < 256; mask++) {
        altered[at] = (byte) (bytes[at] ^ mask);
        ask(check, altered, at);
      }
      altered[at] = bytes[at];
    }
  }

  /// Asks `check` about one other value of every byte from `from` up to `to`, one at a time.
  static void everyByte(byte[] bytes, int from, int to, Check check) {
    byte[] altered = bytes.clone();
    for (int at = from; at < to; at++) {
      altered[at] = (byte) (bytes[at] ^ (1 << (at & 7)));
      ask(check, altered, at);
      altered[at] = bytes[at];
    }
  }

  /// Fails unless what `parsing` does is refused with a [FormatException].
  static void assertRefused(Check parsing, byte[] altered) throws Exception {
    try {
      parsing.accept(altered);
    } catch (FormatException e) {
      return;
    }
    throw new AssertionError("it is not refused");
  }

  private static void ask(Check check, byte[] altered, int at) {
    try {
      check.accept(altered);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("byte %d altered to %02x".formatted(at, altered[at]), e);
    }
  }
}
