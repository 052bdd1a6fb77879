package io.blockseal.fuse.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// One thread's way to take a request from the kernel and answer it, over and over, in one buffer
/// that is made once: nothing is allocated for a request.
///
/// The buffer, from the start of a memory page:
///
/// | offset | what |
/// |---|---|
/// | 4016 | request: `fuse_in_header`, 40 bytes |
/// | 4056 | its body, which for WRITE is `fuse_write_in` of 40 bytes |
/// | 4080 | answer: `fuse_out_header`, 16 bytes |
/// | 4096 | the data of WRITE, and the body of every answer |
///
/// So data starts a page in both directions, as a device below may want it, and an answer goes out
/// with one call. It also covers the end of its request: whoever answers reads all arguments
/// before.
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
public final class FuseExchange implements Closeable {
  private static final int PAGE_BYTES = 4096;
  private static final int DATA = PAGE_BYTES;
  private static final int IN_HEADER_BYTES = 40;
  private static final int WRITE_IN_BYTES = 40;
  private static final int OUT_HEADER_BYTES = 16;

  private static final int REQUEST = DATA - WRITE_IN_BYTES - IN_HEADER_BYTES;
  private static final int OPCODE_AT = REQUEST + 4;
  private static final int UNIQUE_AT = REQUEST + 8;
  private static final int NODE_AT = REQUEST + 16;
  private static final int BODY = REQUEST + IN_HEADER_BYTES;

  private static final int ANSWER = DATA - OUT_HEADER_BYTES;
  private static final int ERROR_AT = ANSWER + 4;
  private static final int ANSWER_UNIQUE_AT = ANSWER + 8;

  private final FuseDevice device;
  private final ByteBuffer bytes;
  private final ByteBuffer data;
  private final ByteBuffer fields;
  private final MemorySegment request;
  private final MemorySegment answer;
  private final MemorySegment errno = LinuxCalls.errnoRoom(Arena.ofAuto());
  private int bodyEnd;

  /// @param maxDataBytes the most that a request or an answer carries beside its structures
  public FuseExchange(FuseDevice device, int maxDataBytes) {
    this.device = device;
    // Memory of the JVM's own kind, not of an arena: channels take it without a closure each time.
    bytes =
        ByteBuffer.allocateDirect(DATA + maxDataBytes + PAGE_BYTES)
            .alignedSlice(PAGE_BYTES)
            .slice(0, DATA + maxDataBytes)
            .order(ByteOrder.nativeOrder());
    data = bytes.slice(DATA, maxDataBytes);
    fields = data.duplicate().order(ByteOrder.nativeOrder());
    MemorySegment all = MemorySegment.ofBuffer(bytes);
    request = all.asSlice(REQUEST);
    answer = all.asSlice(ANSWER);
  }

  /// Waits for the next request.
  ///
  /// @return false if there will be no more, because the mount is gone
  public boolean receive() throws IOException {
    while (true) {
      long length = LinuxCalls.read(device.descriptor(), request, request.byteSize(), errno);
      if (length >= IN_HEADER_BYTES) {
        bodyEnd = REQUEST + (int) length;
        return true;
      }
      if (length == -LinuxCalls.ENODEV) {
        return false;
      }
      // ENOENT: the caller was killed while its request was on the way; EAGAIN: another took it.
      if (length != -LinuxCalls.ENOENT && length != -LinuxCalls.EAGAIN) {
        throw new IOException("reading a FUSE request ended with " + length);
      }
    }
  }

  public int opcode() {
    return bytes.getInt(OPCODE_AT);
  }

  /// The file or directory that the request is about; 1 is the root.
  public long node() {
    return bytes.getLong(NODE_AT);
  }

  /// A field of the request's body.
  public int getInt(int offset) {
    return bytes.getInt(BODY + offset);
  }

  /// A field of the request's body.
  public long getLong(int offset) {
    return bytes.getLong(BODY + offset);
  }

  /// The name at `offset` of the request's body, which a zero byte ends.
  ///
  /// @throws IllegalArgumentException if nothing ends it
  public String name(int offset) {
    for (int end = BODY + offset; end < bodyEnd; end++) {
      if (bytes.get(end) == 0) {
        byte[] name = new byte[end - BODY - offset];
        bytes.get(BODY + offset, name);
        return new String(name, StandardCharsets.UTF_8);
      }
    }
    throw new IllegalArgumentException("a name of a FUSE request does not end");
  }

  /// The data of a WRITE, to be read or to be used as scratch. The same buffer every time.
  ///
  /// @throws IllegalArgumentException if the request does not carry as much
  public ByteBuffer written(int length) {
    if (length < 0 || length > bodyEnd - DATA) {
      throw new IllegalArgumentException(
          "a FUSE request of %d bytes cannot carry %d".formatted(bodyEnd - REQUEST, length));
    }
    return data.clear().limit(length);
  }

  /// Where an answer of up to `length` bytes goes, as a whole buffer. The same buffer every time.
  ///
  /// @throws IllegalArgumentException if there is no room for as much
  public ByteBuffer answerData(int length) {
    return data.clear().limit(length);
  }

  /// The body of the answer, for its fields, in native byte order: what lies at `offset` of the
  /// body lies at `offset` here.
  public ByteBuffer answerFields() {
    return fields;
  }

  /// Answers with the first `length` bytes of the answer's body.
  public void succeed(int length) {
    send(OUT_HEADER_BYTES + length, 0);
  }

  /// Answers that it failed.
  ///
  /// @param errno positive
  public void fail(int errno) {
    send(OUT_HEADER_BYTES, -errno);
  }

  /// The kernel may have given the request up meanwhile, or the whole mount, and refuse the answer;
  /// it then wants none, and the next reading shows whether the mount is still there.
  private void send(int length, int error) {
    bytes.putInt(ANSWER, length);
    bytes.putInt(ERROR_AT, error);
    bytes.putLong(ANSWER_UNIQUE_AT, bytes.getLong(UNIQUE_AT));
    LinuxCalls.write(device.descriptor(), answer, length, errno);
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
