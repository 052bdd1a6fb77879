package io.blockseal.fuse;

import java.util.Random;

/// Test data that is known by its seed.
final class Pattern {
  private Pattern() {}

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
