package io.blockseal.secret;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// A key for a JCE cipher or MAC that can be destroyed, as a `SecretKeySpec` cannot: it keeps its
/// copy of the bytes until the collector uses their memory again.
///
/// A cipher that was given a key keeps more than the key: AES its key schedule, HMAC its pads. The
/// JDK overwrites these when it is given another key; [#BLANK] is there for that.
///
/// Lies on the heap, where a collector moves it about: for as long as a cipher's lane lives, not
/// for keeping. [SecretBytes] is. Not thread-safe.
public final class DestroyableKey implements SecretKey, AutoCloseable {
  /// 32 zeros, which replace the key of an AES-256 cipher or a MAC that is done with it.
  public static final SecretKey BLANK = new SecretKeySpec(new byte[32], "AES");

  private static final long serialVersionUID = 1;

  private final String algorithm;
  private final byte[] bytes;
  private boolean destroyed;

  /// @param algorithm in the JCE's words: `AES`, `HmacSHA256`
  /// @param bytes of which this keeps a copy; the caller wipes its own
  public DestroyableKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes.clone();
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /// A copy, which the JDK's ciphers and MACs wipe after use.
  ///
  /// @throws IllegalStateException if this key is destroyed
  @Override
  public byte[] getEncoded() {
    if (destroyed) {
      throw new IllegalStateException("key is destroyed");
    }
    return bytes.clone();
  }

  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  /// As [#destroy].
  @Override
  public void close() {
    destroy();
  }

  @Override
  public String toString() {
    return "DestroyableKey[" + algorithm + ", redacted]";
  }

  private void writeObject(ObjectOutputStream ignored) throws NotSerializableException {
    throw new NotSerializableException(DestroyableKey.class.getName());
  }
}
