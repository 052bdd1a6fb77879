package io.blockseal.secret;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/// Plaintext key bytes, held off-heap in [SecretMemory] and wiped on [#close].
///
/// The bytes can be reached only inside a scoped call ([#use], [#apply]), which hands out a heap
/// copy and overwrites it afterwards. What the callee copies out of that scratch is the callee's
/// responsibility.
///
/// Thread-safe: a use that began before [#close] finishes with the right bytes, a later one throws.
public final class SecretBytes implements AutoCloseable {
  /// Above every key, token and sealed document there is; a larger secret is a mistake.
  public static final int MAX_LENGTH_BYTES = 64 << 10;

  private final int lengthBytes;
  private final MemorySegment slot;

  // Guarded by this, like the content of the slot: once it is given back, it is somebody else's.
  private boolean closed;

  private SecretBytes(byte[] source) {
    if (source.length > MAX_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "secret of %d bytes, at most %d are allowed".formatted(source.length, MAX_LENGTH_BYTES));
    }
    lengthBytes = source.length;
    slot = SecretMemory.copyIn(source);
  }

  /// A secret holding a copy of `source`; the caller keeps, and should wipe, its own array.
  public static SecretBytes copyOf(byte[] source) {
    return new SecretBytes(source);
  }

  /// A secret that takes over `source`: the array is overwritten with zeros before this returns.
  public static SecretBytes takeOver(byte[] source) {
    try {
      return new SecretBytes(source);
    } finally {
      Arrays.fill(source, (byte) 0);
    }
  }

  /// `lengthBytes` fresh random bytes.
  public static SecretBytes random(int lengthBytes, SecureRandom random) {
    byte[] drawn = new byte[lengthBytes];
    random.nextBytes(drawn);
    return takeOver(drawn);
  }

  /// The number of bytes held.
  public int lengthBytes() {
    return lengthBytes;
  }

  /// Calls `body` with a scratch copy of the bytes and wipes the copy when it returns or throws.
  ///
  /// @throws IllegalStateException if this secret is closed
  public <R> R apply(Function<byte[], R> body) {
    byte[] scratch = copy();
    try {
      return body.apply(scratch);
    } finally {
      Arrays.fill(scratch, (byte) 0);
    }
  }

  /// As [#apply], for a body without a result.
  public void use(Consumer<byte[]> body) {
    apply(
        scratch -> {
          body.accept(scratch);
          return true;
        });
  }

  /// An independent secret with bytes `offset` to `offset + lengthBytes` of this one.
  public SecretBytes slice(int offset, int lengthBytes) {
    return apply(scratch -> takeOver(Arrays.copyOfRange(scratch, offset, offset + lengthBytes)));
  }

  /// Whether both hold the same bytes, compared in a time that depends on the lengths only.
  public boolean sameAs(SecretBytes other) {
    return apply(mine -> other.apply(theirs -> MessageDigest.isEqual(mine, theirs)));
  }

  /// Overwrites and releases the bytes. Closing twice does nothing.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    SecretMemory.giveBack(slot);
  }

  @Override
  public String toString() {
    return "SecretBytes[" + lengthBytes + " bytes, redacted]";
  }

  private synchronized byte[] copy() {
    if (closed) {
      throw new IllegalStateException("secret is closed");
    }
    return slot.toArray(ValueLayout.JAVA_BYTE);
  }
}
