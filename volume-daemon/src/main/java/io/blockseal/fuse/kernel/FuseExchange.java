package io.blockseal.fuse.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// One thread's way to take a request from the kernel and answer it, over and over, in one buffer
/// that is made once: nothing is allocated for a request.
///
/// Whatever carries the request, the data of WRITE and the body of every answer start a memory
/// page, as a device below may want it. They are the same memory, and may cover the end of the
/// request: whoever answers reads all arguments before.
///
/// `fuse_in_header`:
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | len |
/// | 4 | 4 | opcode |
/// | 8 | 8 | unique |
/// | 16 | 8 | nodeid |
/// | 24 | 16 | uid, gid, pid, total_extlen, padding |
///
/// `fuse_out_header`:
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | len |
/// | 4 | 4 | error, 0 or negative |
/// | 8 | 8 | unique |
///
/// Confined to the thread that serves with it, but for closing, when that thread has ended.
public abstract sealed class FuseExchange implements Closeable
    permits DeviceExchange, RingExchange {
  static final int PAGE_BYTES = 4096;

  /// Where the data begins; what comes before is for the headers.
  static final int DATA = PAGE_BYTES;

  static final int IN_HEADER_BYTES = 40;
  static final int OUT_HEADER_BYTES = 16;

  private static final int OPCODE = 4;
  private static final int UNIQUE = 8;
  private static final int NODE = 16;
  private static final int ERROR = 4;

  /// In native byte order.
  final ByteBuffer bytes;

  private final ByteBuffer data;
  private final ByteBuffer fields;
  private final int request;
  private final int body;
  private final int answer;
  private int end;

  /// @param request where the request's `fuse_in_header` is
  /// @param body where its body is
  /// @param answer where the answer's `fuse_out_header` goes
  /// @param maxDataBytes the most that a request or an answer carries beside its structures
  FuseExchange(int request, int body, int answer, int maxDataBytes) {
    this.request = request;
    this.body = body;
    this.answer = answer;
    // Memory of the JVM's own kind, not of an arena: channels take it without a closure each time.
    bytes =
        ByteBuffer.allocateDirect(DATA + maxDataBytes + PAGE_BYTES)
            .alignedSlice(PAGE_BYTES)
            .slice(0, DATA + maxDataBytes)
            .order(ByteOrder.nativeOrder());
    data = bytes.slice(DATA, maxDataBytes);
    fields = data.duplicate().order(ByteOrder.nativeOrder());
  }

  /// Waits for the next request.
  ///
  /// @return false if there will be no more, because the mount is gone
  public abstract boolean receive() throws IOException;

  /// Sends the answer, of which the header is made.
  ///
  /// @param bodyBytes the length of its body
  abstract void send(int bodyBytes);

  /// Where the name lies that the layout has at `offset` of the body.
  abstract int nameAt(int offset);

  public final int opcode() {
    return bytes.getInt(request + OPCODE);
  }

  /// The file or directory that the request is about; 1 is the root.
  public final long node() {
    return bytes.getLong(request + NODE);
  }

  /// A field of the request's body.
  public final int getInt(int offset) {
    return bytes.getInt(body + offset);
  }

  /// A field of the request's body.
  public final long getLong(int offset) {
    return bytes.getLong(body + offset);
  }

  /// The name at `offset` of the request's body, which a zero byte ends.
  ///
  /// @throws IllegalArgumentException if nothing ends it
  public final String name(int offset) {
    int start = nameAt(offset);
    for (int at = start; at < end; at++) {
      if (bytes.get(at) == 0) {
        byte[] name = new byte[at - start];
        bytes.get(start, name);
        return new String(name, StandardCharsets.UTF_8);
      }
    }
    throw new IllegalArgumentException("a name of a FUSE request does not end");
  }

  /// The data of a WRITE, to be read or to be used as scratch. The same buffer every time.
  ///
  /// @throws IllegalArgumentException if the request does not carry as much
  public final ByteBuffer written(int length) {
    if (length < 0 || length > end - DATA) {
      throw new IllegalArgumentException(
          "a FUSE request with %d bytes of data cannot carry %d".formatted(end - DATA, length));
    }
    return data.clear().limit(length);
  }

  /// Where an answer of up to `length` bytes goes, as a whole buffer. The same buffer every time.
  ///
  /// @throws IllegalArgumentException if there is no room for as much
  public final ByteBuffer answerData(int length) {
    return data.clear().limit(length);
  }

  /// The body of the answer, for its fields, in native byte order: what lies at `offset` of the
  /// body lies at `offset` here.
  public final ByteBuffer answerFields() {
    return fields;
  }

  /// Answers with the first `length` bytes of the answer's body.
  public final void succeed(int length) {
    send(length, 0);
  }

  /// Answers that it failed.
  ///
  /// @param errno positive
  public final void fail(int errno) {
    send(0, -errno);
  }

  /// A request came, which ends at `newEnd`.
  final void received(int newEnd) {
    end = newEnd;
  }

  private void send(int bodyBytes, int error) {
    long unique = bytes.getLong(request + UNIQUE);
    bytes.putInt(answer, OUT_HEADER_BYTES + bodyBytes);
    bytes.putInt(answer + ERROR, error);
    bytes.putLong(answer + UNIQUE, unique);
    send(bodyBytes);
  }
}
