package io.blockseal.volume.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The one producer of GCM nonces.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | counter inside the epoch, little-endian |
/// | 8 | 4 | zeros |
///
/// A nonce must never repeat under one key. Every epoch has a key of its own, derived from a fresh
/// random salt that is durable before the epoch's first write, and an epoch belongs to one writable
/// open of one file by one process, which hands out each counter once. So neither a crash, nor a
/// clone, nor a file put back from an old copy leads to the same pair again: each of them starts a
/// new epoch before it writes. Stateless.
final class UnitNonce {
  static final int BYTES = 12;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private UnitNonce() {}

  static void put(long counter, byte[] nonce) {
    LONGS.set(nonce, 0, counter);
    INTS.set(nonce, 8, 0);
  }
}
