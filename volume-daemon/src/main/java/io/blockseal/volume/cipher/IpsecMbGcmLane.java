package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.IpsecMb.GcmCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import javax.crypto.AEADBadTagException;

/// GCM by libIPSec_MB. Direct buffers are worked on where they are; what lies on the heap passes
/// through scratch. Confined to the call that borrowed it.
final class IpsecMbGcmLane extends GcmLane {
  private final IpsecMb library;
  private final int textBytes;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment keyData =
      arena.allocate(IpsecMb.KEY_DATA_BYTES, IpsecMb.ALIGNMENT_BYTES);
  private final MemorySegment context =
      arena.allocate(IpsecMb.CONTEXT_BYTES, IpsecMb.ALIGNMENT_BYTES);
  private final MemorySegment nonceCopy = arena.allocate(UnitNonce.BYTES);
  private final MemorySegment aadCopy;
  private final MemorySegment tagCopy = arena.allocate(UnitRecord.TAG_BYTES);
  private final ByteBuffer scratch;
  private final GcmCall call;
  private final byte[] expected = new byte[UnitRecord.TAG_BYTES];

  IpsecMbGcmLane(IpsecMb library, SecretBytes epochKey, int textBytes, int aadBytes) {
    super(aadBytes);
    this.library = library;
    this.textBytes = textBytes;
    aadCopy = arena.allocate(aadBytes);
    scratch = arena.allocate(textBytes, IpsecMb.ALIGNMENT_BYTES).asByteBuffer();
    call =
        new GcmCall(
            keyData.address(),
            context.address(),
            nonceCopy.address(),
            aadCopy.address(),
            aadBytes,
            tagCopy.address());
    epochKey.use(key -> library.expandKey(key, keyData));
  }

  @Override
  void seal(ByteBuffer plain, int from, ByteBuffer cipher, int to) {
    prepare();
    boolean direct = plain.isDirect() && cipher.isDirect();
    long here = OffHeap.address(scratch, 0);
    if (!direct) {
      scratch.put(0, plain, from, textBytes);
    }
    try {
      library.encrypt(
          call,
          direct ? OffHeap.address(plain, from) : here,
          direct ? OffHeap.address(cipher, to) : here,
          textBytes);
    } finally {
      Reference.reachabilityFence(plain);
      Reference.reachabilityFence(cipher);
    }
    if (!direct) {
      cipher.put(to, scratch, 0, textBytes);
    }
    MemorySegment.copy(tagCopy, ValueLayout.JAVA_BYTE, 0, tag, 0, UnitRecord.TAG_BYTES);
  }

  @Override
  void open(ByteBuffer cipher, int from, ByteBuffer plain, int to) throws AEADBadTagException {
    prepare();
    boolean direct = plain.isDirect() && cipher.isDirect();
    long here = OffHeap.address(scratch, 0);
    if (!direct) {
      scratch.put(0, cipher, from, textBytes);
    }
    try {
      library.decrypt(
          call,
          direct ? OffHeap.address(cipher, from) : here,
          direct ? OffHeap.address(plain, to) : here,
          textBytes);
    } finally {
      Reference.reachabilityFence(plain);
      Reference.reachabilityFence(cipher);
    }
    MemorySegment.copy(tagCopy, ValueLayout.JAVA_BYTE, 0, expected, 0, UnitRecord.TAG_BYTES);
    if (!MessageDigest.isEqual(expected, tag)) {
      OffHeap.clear(scratch, 0, textBytes);
      OffHeap.clear(plain, to, textBytes);
      throw new AEADBadTagException("tag mismatch");
    }
    if (!direct) {
      plain.put(to, scratch, 0, textBytes);
    }
  }

  private void prepare() {
    MemorySegment.copy(nonce, 0, nonceCopy, ValueLayout.JAVA_BYTE, 0, nonce.length);
    MemorySegment.copy(aad, 0, aadCopy, ValueLayout.JAVA_BYTE, 0, aad.length);
  }

  @Override
  public void forget() {
    keyData.fill((byte) 0);
    context.fill((byte) 0);
    OffHeap.clear(scratch, 0, textBytes);
  }
}
