package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// Requests and answers through an io_uring (`FUSE_OVER_IO_URING`, Linux 6.14): one system call
/// sends an answer and waits for the next request.
///
/// The kernel has a queue of requests for each processor; this is one of those who wait at one of
/// them. INTERRUPT and FORGET still come through the device.
///
/// The buffer, from the start of a memory page:
///
/// | offset | what |
/// |---|---|
/// | 3808 | `fuse_in_header`, then `fuse_out_header`: 128 bytes |
/// | 3936 | the first structure of the body: 128 bytes |
/// | 4064 | `fuse_uring_ent_in_out`: flags (8), commit_id (8), payload_sz (4), padding (12) |
/// | 4096 | names and the data of WRITE, and the body of every answer |
///
/// The command in a submission, `fuse_uring_cmd_req`, has flags (8), commit_id (8), qid (2).
public final class RingExchange extends FuseExchange {
  private static final int PART_BYTES = 128;
  private static final int ENTRY_BYTES = 32;
  private static final int HEADERS_BYTES = 2 * PART_BYTES + ENTRY_BYTES;
  private static final int HEADERS = DATA - HEADERS_BYTES;
  private static final int BODY = HEADERS + PART_BYTES;
  private static final int COMMIT_ID = BODY + PART_BYTES + 8;
  private static final int PAYLOAD_BYTES = BODY + PART_BYTES + 16;

  private static final int REGISTER = 1;
  private static final int COMMIT_AND_FETCH = 2;

  private static final int COMMAND_COMMIT_ID = 8;
  private static final int COMMAND_QUEUE = 16;

  private static final int VECTORS = 2;

  private final FuseDevice device;
  private final int queue;
  private final IoUring ring;
  private final MemorySegment vectors;
  private int command = REGISTER;

  /// @param device stays open when this is closed
  /// @param queue the number of a processor
  /// @param maxDataBytes what was agreed to as the most data of a request
  /// @throws IOException if the kernel makes no ring
  public RingExchange(FuseDevice device, int queue, int maxDataBytes) throws IOException {
    super(HEADERS, BODY, HEADERS, maxDataBytes);
    this.device = device;
    this.queue = queue;
    MemorySegment all = MemorySegment.ofBuffer(bytes);
    vectors = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2 * VECTORS);
    vectors.setAtIndex(ValueLayout.JAVA_LONG, 0, all.address() + HEADERS);
    vectors.setAtIndex(ValueLayout.JAVA_LONG, 1, HEADERS_BYTES);
    vectors.setAtIndex(ValueLayout.JAVA_LONG, 2, all.address() + DATA);
    vectors.setAtIndex(ValueLayout.JAVA_LONG, 3, maxDataBytes);
    ring = IoUring.open();
  }

  /// The number of queues that the kernel has, each of which must be waited at: one for every
  /// processor that there can be.
  public static int queueCount() throws IOException {
    return Processors.possible();
  }

  /// Keeps the calling thread on the processor whose requests it takes, if it may be there.
  public void stayAtQueue() {
    Processors.stayOn(queue);
  }

  @Override
  public boolean receive() throws IOException {
    ByteBuffer arguments = ring.command(device.descriptor(), command);
    arguments.putLong(COMMAND_COMMIT_ID, bytes.getLong(COMMIT_ID));
    arguments.putShort(COMMAND_QUEUE, (short) queue);
    int result = command == REGISTER ? ring.run(vectors.address(), VECTORS) : ring.run(0, 0);
    if (result == 0) {
      command = COMMIT_AND_FETCH;
      received(DATA + bytes.getInt(PAYLOAD_BYTES));
      return true;
    }
    if (result == -LinuxCalls.ENOTCONN || result == -LinuxCalls.ECONNABORTED) {
      return false;
    }
    throw new IOException(
        "taking a FUSE request from queue %d ended with %d".formatted(queue, result));
  }

  @Override
  int nameAt(int offset) {
    return DATA;
  }

  @Override
  void send(int bodyBytes) {
    bytes.putInt(PAYLOAD_BYTES, bodyBytes); // it goes with the next receive
  }

  @Override
  public void close() throws IOException {
    ring.close();
  }
}
