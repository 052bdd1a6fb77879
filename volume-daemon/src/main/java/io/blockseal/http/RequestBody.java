package io.blockseal.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of a request while it arrives. Confined to the event loop of its connection.
final class RequestBody {
  /// What a body begins with; grown by doubling.
  private static final int FIRST_BYTES = 8192;

  private final int maxBytes;
  private final int shortBytes;
  private final Admission admission;
  private final boolean known;
  private byte[] bytes = new byte[0];
  private int length;
  private long held;

  /// @param known whether the connection has brought a request with a good signature
  RequestBody(HttpLimits limits, Admission admission, boolean known) {
    maxBytes = limits.bodyBytes();
    shortBytes = limits.shortBodyBytes();
    this.admission = admission;
    this.known = known;
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
    long more = counted(size) - held;
    if (!admission.tryHold(more, known)) {
      return false;
    }
    held += more;
    bytes = Arrays.copyOf(bytes, size);
    return true;
  }

  private long counted(int size) {
    return Math.max(0, size - shortBytes);
  }
}
