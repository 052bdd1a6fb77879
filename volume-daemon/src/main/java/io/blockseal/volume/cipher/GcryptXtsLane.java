package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// XTS by libgcrypt: a handle under both keys. Direct buffers are worked on where they are; what
/// lies on the heap passes through a unit of scratch. Confined to the call that borrowed it.
final class GcryptXtsLane implements XtsLane {
  private final Libgcrypt library;
  private final int unitBytes;
  private final ByteBuffer unitNumber =
      ByteBuffer.allocateDirect(XtsTweaks.BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer scratch;

  /// 0 once it is closed.
  private long handle;

  GcryptXtsLane(Libgcrypt library, SecretBytes dataKey, SecretBytes tweakKey, int unitBytes) {
    this.library = library;
    this.unitBytes = unitBytes;
    scratch = ByteBuffer.allocateDirect(unitBytes);
    handle = dataKey.apply(first -> tweakKey.apply(second -> open(library, first, second)));
  }

  private static long open(Libgcrypt library, byte[] dataKey, byte[] tweakKey) {
    byte[] key = new byte[dataKey.length + tweakKey.length];
    try {
      System.arraycopy(dataKey, 0, key, 0, dataKey.length);
      System.arraycopy(tweakKey, 0, key, dataKey.length, tweakKey.length);
      return library.openXts(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  public void encrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    run(true, firstUnit, source, target);
  }

  @Override
  public void decrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    run(false, firstUnit, source, target);
  }

  @Override
  public void forget() {
    long forgotten = handle;
    handle = 0;
    if (forgotten != 0) {
      library.close(forgotten);
    }
    OffHeap.clear(scratch, 0, unitBytes);
  }

  /// The positions are those of the beginning until the end, as the buffers may be the same one.
  private void run(boolean encrypting, long firstUnit, ByteBuffer source, ByteBuffer target) {
    int start = source.position();
    int lengthBytes = source.remaining();
    int into = target.position();
    library.setTweak(handle, OffHeap.address(unitNumber.putLong(0, firstUnit), 0));
    if (source.isDirect() && target.isDirect()) {
      try {
        long from = OffHeap.address(source, start);
        long to = OffHeap.address(target, into);
        for (int done = 0; done < lengthBytes; done += unitBytes) {
          crypt(encrypting, from + done, to + done);
        }
      } finally {
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(target);
      }
    } else {
      long here = OffHeap.address(scratch, 0);
      for (int done = 0; done < lengthBytes; done += unitBytes) {
        scratch.put(0, source, start + done, unitBytes);
        crypt(encrypting, here, here);
        target.put(into + done, scratch, 0, unitBytes);
      }
    }
    source.position(start + lengthBytes);
    target.position(into + lengthBytes);
  }

  private void crypt(boolean encrypting, long from, long to) {
    if (encrypting) {
      library.encrypt(handle, from, to, unitBytes);
    } else {
      library.decrypt(handle, from, to, unitBytes);
    }
  }
}
