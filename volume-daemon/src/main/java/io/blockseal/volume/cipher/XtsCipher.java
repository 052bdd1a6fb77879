package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

/// AES-256-XTS over runs of whole units (IEEE 1619-2007), the cipher of a volume that keeps its
/// length: the tweak of a unit is its number in the volume, as a 16-byte little-endian integer.
///
/// A 64-byte key holds the data key in its first half and the tweak key in its second. XTS keeps
/// secrets but detects nothing: an altered ciphertext block decrypts to 16 scrambled bytes.
///
/// Thread-safe; calls that run at once do not wait for each other. Once warm, a call allocates
/// nothing. One instance serves one open volume; [#close] it when no call runs any more.
public final class XtsCipher implements AutoCloseable {
  /// The two AES-256 keys together.
  public static final int KEY_BYTES = 64;

  private static final int HALF_KEY_BYTES = KEY_BYTES / 2;

  private final int unitBytes;
  private final SecretBytes dataKey;
  private final SecretBytes tweakKey;
  private final Lanes<XtsLane> lanes;

  /// @param key 64 bytes, of which this cipher keeps copies; the caller closes its own
  /// @param unitBytes the length of a unit, a positive multiple of 16
  /// @throws IllegalArgumentException if the key has another length, or two equal halves, which
  ///   would void the proof of XTS (SP 800-38E asks for independent halves)
  public XtsCipher(SecretBytes key, int unitBytes) {
    if (key.lengthBytes() != KEY_BYTES) {
      throw new IllegalArgumentException(
          "AES-256-XTS needs a key of %d bytes, not %d".formatted(KEY_BYTES, key.lengthBytes()));
    }
    if (unitBytes <= 0 || unitBytes % XtsTweaks.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "unit of %d bytes is not a positive multiple of %d"
              .formatted(unitBytes, XtsTweaks.BLOCK_BYTES));
    }
    this.unitBytes = unitBytes;
    dataKey = key.slice(0, HALF_KEY_BYTES);
    tweakKey = key.slice(HALF_KEY_BYTES, HALF_KEY_BYTES);
    if (dataKey.sameAs(tweakKey)) {
      dataKey.close();
      tweakKey.close();
      throw new IllegalArgumentException("the two halves of an AES-256-XTS key must differ");
    }
    lanes = new Lanes<>(() -> CipherLibraries.xtsLane(dataKey, tweakKey, unitBytes));
  }

  /// Encrypts all of `source`, which holds the units `firstUnit`, `firstUnit + 1`, ..., into as
  /// many bytes of `target`; both positions advance.
  ///
  /// The buffers may be heap or direct, and may be the very same memory (in place); they must not
  /// overlap in any other way.
  ///
  /// @throws IllegalArgumentException if `source` is no whole number of units or `target` is too
  ///   short
  /// @throws ReadOnlyBufferException if `target` is only for reading
  /// @throws IllegalStateException after [#close]
  public void encrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    check(firstUnit, source, target);
    XtsLane lane = lanes.borrow();
    try {
      lane.encrypt(firstUnit, source, target);
    } finally {
      lanes.giveBack(lane);
    }
  }

  /// The inverse of [#encrypt], with the same rules. Any bytes decrypt to something.
  public void decrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    check(firstUnit, source, target);
    XtsLane lane = lanes.borrow();
    try {
      lane.decrypt(firstUnit, source, target);
    } finally {
      lanes.giveBack(lane);
    }
  }

  /// Overwrites the keys, and the key schedules of the lanes.
  @Override
  public void close() {
    lanes.close();
    dataKey.close();
    tweakKey.close();
  }

  private void check(long firstUnit, ByteBuffer source, ByteBuffer target) {
    if (firstUnit < 0) {
      throw new IllegalArgumentException("unit %d is negative".formatted(firstUnit));
    }
    if (source.remaining() % unitBytes != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no whole number of units of %d bytes"
              .formatted(source.remaining(), unitBytes));
    }
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    if (target.remaining() < source.remaining()) {
      throw new IllegalArgumentException(
          "target has room for %d bytes, not for %d"
              .formatted(target.remaining(), source.remaining()));
    }
  }
}
