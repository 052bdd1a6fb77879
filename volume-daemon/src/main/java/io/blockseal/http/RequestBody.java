package io.blockseal.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of a request while it arrives. Confined to the event loop of its connection.
final class RequestBody {
  /// What a body of unknown length begins with; grown by doubling.
  private static final int FIRST_BYTES = 4096;

  private final int maxBytes;
  private final Admission admission;
  private byte[] bytes = new byte[0];
  private int length;
  private long held;

  RequestBody(int maxBytes, Admission admission) {
    this.maxBytes = maxBytes;
    this.admission = admission;
  }

  /// How adding a piece went.
  enum Outcome {
    ADDED,
    TOO_LARGE,
    NO_ROOM
  }

  /// Adds what is readable in `piece`.
  Outcome add(ByteBuf piece) {
    int count = piece.readableBytes();
    if (count > maxBytes - length) {
      return Outcome.TOO_LARGE;
    }
    if (length + count > bytes.length && !grow(length + count)) {
      return Outcome.NO_ROOM;
    }
    piece.readBytes(bytes, length, count);
    length += count;
    return Outcome.ADDED;
  }

  /// The bytes so far; nothing may be added afterwards.
  byte[] toByteArray() {
    if (length < bytes.length) {
      bytes = Arrays.copyOf(bytes, length);
    }
    return bytes;
  }

  /// Gives the room that the bytes were counted for back. Releasing twice does nothing.
  void release() {
    admission.release(held);
    held = 0;
    bytes = new byte[0];
  }

  private boolean grow(int needed) {
    int size = Math.clamp(Math.max(FIRST_BYTES, 2L * bytes.length), needed, maxBytes);
    int more = size - bytes.length;
    if (!admission.tryHold(more)) {
      return false;
    }
    held += more;
    bytes = Arrays.copyOf(bytes, size);
    return true;
  }
}
