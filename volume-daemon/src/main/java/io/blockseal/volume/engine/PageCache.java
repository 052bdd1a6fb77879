package io.blockseal.volume.engine;

import io.blockseal.volume.cipher.PageMac;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Verified tag pages and tree nodes of any volume, off-heap, a fixed number of frames.
///
/// A frame belongs to one set of [#WAYS], decided by its key; the least recently used one of the
/// set gives way. A node is found only under the MAC that is asked for, so old versions never
/// count; for a tag page the caller sees to that, under the lock of its chunk. Thread-safe.
final class PageCache {
  /// Of a page that is not there.
  static final int ABSENT = -1;

  /// 16 MiB: the tag pages of 2 GiB, and beyond what most working sets touch at once. A page that
  /// is not there costs a read of 4 KiB and a MAC.
  private static final int SHARED_FRAMES = 4096;

  private static final int WAYS = 8;
  private static final int PAGE = PageMac.PAGE_BYTES;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
  private static final AtomicLong OWNERS = new AtomicLong();

  private final ByteBuffer pages;
  private final Frames[] sets;

  /// @param frames a multiple of 8
  PageCache(int frames) {
    pages = ByteBuffer.allocateDirect(frames * PAGE).order(ByteOrder.LITTLE_ENDIAN);
    sets = new Frames[frames / WAYS];
    Arrays.setAll(sets, set -> new Frames());
  }

  /// The one of this process, made when the first GCM volume is opened.
  static PageCache shared() {
    return Shared.CACHE;
  }

  /// A number for a volume that opens; none is ever given twice, so what a closed volume leaves
  /// behind is never found.
  static long newOwner() {
    return OWNERS.incrementAndGet();
  }

  /// Copies `lengthBytes` from `from` of a page to the same place of `target`.
  ///
  /// @param mac what the page must have been put with; null: any
  /// @return the slot that the page was put with, or [#ABSENT]
  int get(
      long owner,
      int level,
      long number,
      byte @Nullable [] mac,
      int from,
      int lengthBytes,
      ByteBuffer target) {
    int set = set(owner, level, number);
    Frames frames = sets[set];
    synchronized (frames) {
      int way = frames.find(owner, level, number);
      if (way < 0 || (mac != null && !Arrays.equals(mac, frames.macs[way]))) {
        return ABSENT;
      }
      frames.touch(way);
      target.put(from, pages, (set * WAYS + way) * PAGE + from, lengthBytes);
      return frames.slots[way];
    }
  }

  /// Keeps the page at `offset` of `source`, in the place of an older one.
  void put(
      long owner, int level, long number, byte[] mac, int slot, ByteBuffer source, int offset) {
    int set = set(owner, level, number);
    Frames frames = sets[set];
    synchronized (frames) {
      int way = frames.find(owner, level, number);
      if (way < 0) {
        way = frames.oldest();
      }
      frames.owners[way] = owner;
      frames.levels[way] = level;
      frames.numbers[way] = number;
      System.arraycopy(mac, 0, frames.macs[way], 0, PageMac.BYTES);
      frames.slots[way] = slot;
      frames.touch(way);
      pages.put((set * WAYS + way) * PAGE, source, offset, PAGE);
    }
  }

  /// Forgets a page.
  void remove(long owner, int level, long number) {
    Frames frames = sets[set(owner, level, number)];
    synchronized (frames) {
      int way = frames.find(owner, level, number);
      if (way >= 0) {
        frames.owners[way] = 0;
        frames.used[way] = 0;
      }
    }
  }

  private int set(long owner, int level, long number) {
    long hash = (owner * 31 + level) * MIX + number;
    return (int) Math.floorMod((hash * MIX) >>> 32, (long) sets.length);
  }

  private static final class Shared {
    static final PageCache CACHE = new PageCache(SHARED_FRAMES);
  }

  /// What the frames of one set hold; guarded by itself, as are their pages.
  private static final class Frames {
    /// 0 marks an empty frame.
    final long[] owners = new long[WAYS];

    final int[] levels = new int[WAYS];
    final long[] numbers = new long[WAYS];
    final byte[][] macs = new byte[WAYS][PageMac.BYTES];
    final int[] slots = new int[WAYS];
    final long[] used = new long[WAYS];
    private long clock;

    int find(long owner, int level, long number) {
      for (int way = 0; way < WAYS; way++) {
        if (numbers[way] == number && owners[way] == owner && levels[way] == level) {
          return way;
        }
      }
      return -1;
    }

    int oldest() {
      int oldest = 0;
      for (int way = 1; way < WAYS; way++) {
        if (used[way] < used[oldest]) {
          oldest = way;
        }
      }
      return oldest;
    }

    void touch(int way) {
      used[way] = ++clock;
    }
  }
}
