package io.blockseal.volume.format;

/// How the units of a volume are encrypted. The names are what the header says.
public enum CipherSpec {
  /// AES-256-XTS in place; length-preserving, tampering goes unnoticed.
  AES_256_XTS(64, false),
  /// AES-256-GCM with a record a unit; every altered or moved unit is noticed.
  AES_256_GCM(64, true),
  /// Plain.
  NONE(0, false);

  private final int dataKeyBytes;
  private final boolean tagged;

  CipherSpec(int dataKeyBytes, boolean tagged) {
    this.dataKeyBytes = dataKeyBytes;
    this.tagged = tagged;
  }

  /// The length of the data key; 0 if there is none.
  public int dataKeyBytes() {
    return dataKeyBytes;
  }

  /// Whether a tag page precedes the units of every chunk.
  public boolean tagged() {
    return tagged;
  }

  public boolean encrypted() {
    return dataKeyBytes > 0;
  }
}
