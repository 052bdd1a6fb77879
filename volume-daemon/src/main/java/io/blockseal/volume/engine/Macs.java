package io.blockseal.volume.engine;

import io.blockseal.volume.cipher.PageMac;
import java.security.MessageDigest;
import java.util.Arrays;

/// The values that the place of a MAC in the tag tree may hold beside a MAC. Stateless.
final class Macs {
  /// The child was never written and holds zeros.
  private static final byte[] UNWRITTEN = new byte[PageMac.BYTES];

  /// What the child must be was lost, with a node that fails its authentication. Nothing has this
  /// MAC, but for a chance of 2^-256.
  private static final byte[] LOST = lost();

  private Macs() {}

  static byte[] unwritten() {
    return UNWRITTEN.clone();
  }

  static byte[] lost() {
    byte[] lost = new byte[PageMac.BYTES];
    Arrays.fill(lost, (byte) 0xff);
    return lost;
  }

  static boolean isUnwritten(byte[] mac) {
    return Arrays.equals(mac, UNWRITTEN);
  }

  static boolean isLost(byte[] mac) {
    return Arrays.equals(mac, LOST);
  }

  /// Compares in constant time.
  static boolean same(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }
}
