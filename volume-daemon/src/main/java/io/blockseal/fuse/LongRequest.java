package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One long read or write that several threads do. Used again and again; between [#begin] and
/// [#end] each of them may call [#work].
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

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  void begin(Work newWork, BlockDevice newDevice, long newOffset, ByteBuffer newBytes) {
    work = newWork;
    device = newDevice;
    bytes = newBytes;
    offset = newOffset;
    start = newBytes.position();
    end = newBytes.limit();
    failure.set(null);
    next.set(start);
  }

  /// As [#work], in a view of the caller's own.
  void helpOut() {
    work(Objects.requireNonNull(bytes).duplicate());
  }

  /// Does pieces until none is left or one has failed, which [#end] tells of.
  ///
  /// @param view of the bytes of the request
  void work(ByteBuffer view) {
    try {
      for (int from = claim(); from < end; from = claim()) {
        view.limit(pieceEnd(from)).position(from);
        Objects.requireNonNull(work)
            .apply(Objects.requireNonNull(device), offset + (from - start), view);
      }
    } catch (IOException | RuntimeException | Error e) {
      next.set(end);
      if (!failure.compareAndSet(null, e)) {
        Objects.requireNonNull(failure.get()).addSuppressed(e);
      }
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

  private int claim() {
    while (true) {
      int from = next.get();
      if (from >= end || next.compareAndSet(from, pieceEnd(from))) {
        return from;
      }
    }
  }

  /// Pieces end where the device has a multiple of their length.
  private int pieceEnd(int from) {
    long at = offset + (from - start);
    long length = LongRequests.PIECE_BYTES - at % LongRequests.PIECE_BYTES;
    return (int) Math.min(end, from + length);
  }
}
