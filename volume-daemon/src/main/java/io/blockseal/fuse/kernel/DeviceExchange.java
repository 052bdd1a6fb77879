package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Requests and answers through a descriptor of `/dev/fuse`: each takes a `read` and a `write`.
///
/// The buffer, from the start of a memory page:
///
/// | offset | what |
/// |---|---|
/// | 4016 | request: `fuse_in_header`, 40 bytes |
/// | 4056 | its body, which for WRITE is `fuse_write_in` of 40 bytes |
/// | 4080 | answer: `fuse_out_header`, 16 bytes |
/// | 4096 | the data of WRITE, and the body of every answer |
public final class DeviceExchange extends FuseExchange {
  private static final int WRITE_IN_BYTES = 40;
  private static final int REQUEST = DATA - WRITE_IN_BYTES - IN_HEADER_BYTES;
  private static final int BODY = REQUEST + IN_HEADER_BYTES;
  private static final int ANSWER = DATA - OUT_HEADER_BYTES;

  private final FuseDevice device;
  private final MemorySegment request;
  private final MemorySegment answer;
  private final MemorySegment errno = LinuxCalls.errnoRoom(Arena.ofAuto());

  /// @param device closed with this
  /// @param maxDataBytes the most that a request or an answer carries beside its structures
  public DeviceExchange(FuseDevice device, int maxDataBytes) {
    super(REQUEST, BODY, ANSWER, maxDataBytes);
    this.device = device;
    MemorySegment all = MemorySegment.ofBuffer(bytes);
    request = all.asSlice(REQUEST);
    answer = all.asSlice(ANSWER);
  }

  @Override
  public boolean receive() throws IOException {
    while (true) {
      long length = LinuxCalls.read(device.descriptor(), request, request.byteSize(), errno);
      if (length >= IN_HEADER_BYTES) {
        received(REQUEST + (int) length);
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

  @Override
  int nameAt(int offset) {
    return BODY + offset;
  }

  /// The kernel may have given the request up meanwhile, or the whole mount, and refuse the answer;
  /// it then wants none, and the next reading shows whether the mount is still there.
  @Override
  void send(int bodyBytes) {
    LinuxCalls.write(device.descriptor(), answer, OUT_HEADER_BYTES + bodyBytes, errno);
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
