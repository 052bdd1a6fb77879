package io.blockseal.meta;

/// One key and its value, as a scan found them. Immutable.
public final class Entry {
  private final String key;
  private final byte[] value;

  Entry(String key, byte[] value) {
    this.key = key;
    this.value = value.clone();
  }

  public String key() {
    return key;
  }

  /// A fresh copy of the value.
  public byte[] value() {
    return value.clone();
  }

  /// The key and the size: a value may be confidential.
  @Override
  public String toString() {
    return "Entry[" + key + ", " + value.length + " bytes]";
  }
}
