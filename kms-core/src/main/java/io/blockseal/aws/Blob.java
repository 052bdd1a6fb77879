package io.blockseal.aws;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/// A binary value of an AWS shape: a run of bytes that never changes, until it is wiped.
///
/// A blob may carry key material on its way over the wire, so its text form shows the length only
/// and comparing two blobs takes the same time wherever they differ. Immutable, but for [#wipe].
public final class Blob {

  private static final Blob EMPTY = new Blob(new byte[0]);

  private final byte[] bytes;

  private Blob(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A blob of no bytes.
  public static Blob empty() {
    return EMPTY;
  }

  /// A copy of these bytes.
  public static Blob copyOf(byte... bytes) {
    return new Blob(bytes.clone());
  }

  /// Decodes RFC 4648 base64; throws [IllegalArgumentException] if the text is anything else.
  public static Blob fromBase64(String base64) {
    return new Blob(Base64.getDecoder().decode(base64));
  }

  public int size() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /// A fresh array of the bytes; the caller owns it and wipes it if they are secret.
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /// Overwrites the bytes with zeros. For the last user of a blob that carried a secret: whoever
  /// else has it sees zeros from now on.
  public void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }

  public String toBase64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Blob blob && MessageDigest.isEqual(bytes, blob.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Blob[" + bytes.length + " bytes]";
  }
}
