package io.blockseal.secret;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The off-heap memory that secrets live in: whole pages that are locked against swapping and left
/// out of core dumps where the system allows both.
///
/// Locking works on pages, so pages are shared by secrets only, cut into slots of one power of two
/// each. Pages are never given back; a slot that is free holds zeros. Thread-safe.
public final class SecretMemory {
  /// Bounds what live secrets may take together; far above what any daemon holds, so that reaching
  /// it means that secrets are not closed.
  static final long MAX_HELD_BYTES = 64L << 20;

  private static final int MIN_SLOT_BYTES = 32;

  /// One allocation; small, because the usual limit for locked memory is a few MiB.
  private static final int SLAB_BYTES = 64 << 10;

  private static final int PAGE_BYTES = 4096;

  /// `MADV_DONTDUMP` of Linux's `madvise(2)`.
  private static final int MADV_DONTDUMP = 16;

  private static final SecretMemory INSTANCE = new SecretMemory();

  private final @Nullable MethodHandle mlock;
  private final @Nullable MethodHandle madvise;

  // Guarded by this.
  private final Map<Integer, Deque<MemorySegment>> freeSlots = new HashMap<>();
  private long heldBytes;
  private long lockedBytes;
  private long undumpedBytes;

  private SecretMemory() {
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    mlock = linux ? function("mlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG)) : null;
    madvise =
        linux
            ? function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT))
            : null;
  }

  /// How the pages that were needed so far are protected.
  ///
  /// @param heldBytes all pages
  /// @param lockedBytes those that cannot be swapped out; less than all of them if the process may
  ///   not lock as much (`ulimit -l`)
  /// @param undumpedBytes those that core dumps leave out
  public record Protection(long heldBytes, long lockedBytes, long undumpedBytes) {
    public boolean complete() {
      return lockedBytes == heldBytes && undumpedBytes == heldBytes;
    }
  }

  public static Protection protection() {
    synchronized (INSTANCE) {
      return new Protection(INSTANCE.heldBytes, INSTANCE.lockedBytes, INSTANCE.undumpedBytes);
    }
  }

  /// A slot of zeros, `lengthBytes` long.
  static MemorySegment take(int lengthBytes) {
    return INSTANCE.takeSlot(slotBytes(lengthBytes)).asSlice(0, lengthBytes);
  }

  /// Overwrites a slot that [#take] returned and frees it; the caller must not touch it again.
  static void giveBack(MemorySegment slot) {
    INSTANCE.wipeAndFree(slot);
  }

  private synchronized MemorySegment takeSlot(int slotBytes) {
    Deque<MemorySegment> free = freeSlots.computeIfAbsent(slotBytes, size -> new ArrayDeque<>());
    if (free.isEmpty()) {
      MemorySegment slab = newSlab(Math.max(SLAB_BYTES, slotBytes));
      for (long offset = 0; offset < slab.byteSize(); offset += slotBytes) {
        free.addLast(slab.asSlice(offset, slotBytes));
      }
    }
    return free.removeLast();
  }

  private synchronized void wipeAndFree(MemorySegment slot) {
    int slotBytes = slotBytes(Math.toIntExact(slot.byteSize()));
    MemorySegment whole = slot.reinterpret(slotBytes);
    whole.fill((byte) 0);
    Deque<MemorySegment> free = freeSlots.get(slotBytes);
    if (free == null) {
      throw new IllegalArgumentException("not a slot of this memory");
    }
    free.addLast(whole);
  }

  private MemorySegment newSlab(int slabBytes) {
    if (heldBytes + slabBytes > MAX_HELD_BYTES) {
      throw new IllegalStateException(
          "secrets hold %d bytes, at most %d are allowed: are they closed?"
              .formatted(heldBytes, MAX_HELD_BYTES));
    }
    MemorySegment slab = Arena.global().allocate(slabBytes, PAGE_BYTES);
    heldBytes += slabBytes;
    if (mlock != null && succeeded(() -> (int) mlock.invokeExact(slab, (long) slabBytes))) {
      lockedBytes += slabBytes;
    }
    if (madvise != null
        && succeeded(() -> (int) madvise.invokeExact(slab, (long) slabBytes, MADV_DONTDUMP))) {
      undumpedBytes += slabBytes;
    }
    return slab;
  }

  private static int slotBytes(int lengthBytes) {
    int atLeast = Math.max(MIN_SLOT_BYTES, lengthBytes);
    return atLeast == Integer.highestOneBit(atLeast)
        ? atLeast
        : Integer.highestOneBit(atLeast) << 1;
  }

  private static @Nullable MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> symbol = linker.defaultLookup().find(name);
    return symbol.map(address -> linker.downcallHandle(address, type)).orElse(null);
  }

  /// A system call that may be refused, which only [#protection] tells.
  private static boolean succeeded(SystemCall call) {
    try {
      return call.run() == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library cannot be made", e);
    }
  }

  static MemorySegment copyIn(byte[] source) {
    MemorySegment slot = take(source.length);
    MemorySegment.copy(source, 0, slot, JAVA_BYTE, 0, source.length);
    return slot;
  }

  private interface SystemCall {
    int run() throws Throwable;
  }
}
