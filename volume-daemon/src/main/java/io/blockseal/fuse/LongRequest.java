package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One long read or write that several threads do. Used again and again; between [#begin] and
/// [#end] each of them may work.
///
/// The one who serves it takes pieces from the start and those who help him from the end, so that
/// two of them seldom meet at the lock of a chunk, which is longer than a piece.
///
/// A span of the bytes is a long here, its start in the high half and its end in the low one.
final class LongRequest {
  /// What is done to the device with each piece.
  interface Work {
    void apply(BlockDevice device, long offset, ByteBuffer piece) throws IOException;
  }

  /// What there is to do. Replaced as a whole, under the hand-over of the helpers' states.
  private @Nullable Work work;

  private @Nullable BlockDevice device;
  private @Nullable ByteBuffer bytes;
  private long offset;
  private int start;
  private int end;

  /// The span that nobody has begun.
  private final AtomicLong left = new AtomicLong();

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  void begin(Work newWork, BlockDevice newDevice, long newOffset, ByteBuffer newBytes) {
    work = newWork;
    device = newDevice;
    bytes = newBytes;
    offset = newOffset;
    start = newBytes.position();
    end = newBytes.limit();
    failure.set(null);
    left.set(span(start, end));
  }

  /// Does pieces from the end, in a view of the caller's own, until none is left or one has failed.
  void helpOut() {
    work(Objects.requireNonNull(bytes).duplicate(), false);
  }

  /// Does pieces from the start until none is left or one has failed, which [#end] tells of.
  ///
  /// @param view of the bytes of the request
  void work(ByteBuffer view) {
    work(view, true);
  }

  private void work(ByteBuffer view, boolean fromStart) {
    try {
      for (long piece = claim(fromStart); !none(piece); piece = claim(fromStart)) {
        view.limit(endOf(piece)).position(startOf(piece));
        Objects.requireNonNull(work)
            .apply(Objects.requireNonNull(device), offset + (startOf(piece) - start), view);
      }
    } catch (IOException | RuntimeException | Error e) {
      left.set(span(end, end));
      keep(e);
    }
  }

  /// Every thread has left: the request is done, or has failed.
  void end(ByteBuffer whole) throws IOException {
    Throwable failed = failure.get();
    work = null;
    device = null;
    bytes = null;
    whole.limit(end).position(end);
    switch (failed) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failed);
    }
  }

  /// Keeps the first failure, with the others attached. Several threads may fail with one and the
  /// same [OutOfMemoryError], which the system keeps for when memory is short, and which refuses to
  /// suppress itself.
  private void keep(Throwable e) {
    if (failure.compareAndSet(null, e)) {
      return;
    }
    Throwable first = Objects.requireNonNull(failure.get());
    if (!e.equals(first)) {
      first.addSuppressed(e);
    }
  }

  private long claim(boolean fromStart) {
    while (true) {
      long rest = left.get();
      if (none(rest)) {
        return rest;
      }
      int from = startOf(rest);
      int to = endOf(rest);
      int cut = fromStart ? firstCut(from, to) : lastCut(from, to);
      long piece = fromStart ? span(from, cut) : span(cut, to);
      long newRest = fromStart ? span(cut, to) : span(from, cut);
      if (left.compareAndSet(rest, newRest)) {
        return piece;
      }
    }
  }

  private int firstCut(int from, int to) {
    long at = offset + (from - start);
    return (int) Math.min(to, from + LongRequests.PIECE_BYTES - at % LongRequests.PIECE_BYTES);
  }

  private int lastCut(int from, int to) {
    long last = offset + (to - start) - 1;
    return (int) Math.max(from, to - 1 - last % LongRequests.PIECE_BYTES);
  }

  private static long span(int from, int to) {
    return (long) from << 32 | to;
  }

  private static int startOf(long span) {
    return (int) (span >>> 32);
  }

  private static int endOf(long span) {
    return (int) span;
  }

  private static boolean none(long span) {
    return startOf(span) >= endOf(span);
  }
}
