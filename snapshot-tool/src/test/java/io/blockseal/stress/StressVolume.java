package io.blockseal.stress;

import java.util.Map;

/// A volume of the fleet and what it may hold.
final class StressVolume {
  private final String id;
  private final String cipher;
  private final int sizeGib;
  private final int number;
  private final Oracle oracle;

  /// Whether requests may fail though the daemon lives, since the volume is being taken away.
  private volatile boolean mayFail;

  /// @param cipher for the log: that of a volume from a snapshot is the snapshot's
  /// @param number of its device name
  StressVolume(String id, String cipher, int sizeGib, int number, Oracle oracle) {
    this.id = id;
    this.cipher = cipher;
    this.sizeGib = sizeGib;
    this.number = number;
    this.oracle = oracle;
  }

  String id() {
    return id;
  }

  String cipher() {
    return cipher;
  }

  int sizeGib() {
    return sizeGib;
  }

  int number() {
    return number;
  }

  Oracle oracle() {
    return oracle;
  }

  boolean mayFail() {
    return mayFail;
  }

  void mayFail(boolean now) {
    mayFail = now;
  }

  Map<String, Object> json() {
    return Map.of("id", id, "cipher", cipher, "sizeGib", sizeGib);
  }
}
