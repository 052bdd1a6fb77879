package io.blockseal.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// `FUSE_INIT`, the request with which the kernel greets a mount, and our answer to it: what both
/// sides will do from then on.
///
/// libfuse 2 answers for itself with what kernels knew in 2012. Two later abilities matter to
/// volumes:
///
/// - `HANDLE_KILLPRIV_V2`: without it, the kernel asks for the attribute `security.capability`
///   before every single write, to drop it, which doubles the round trips. Our files have neither
///   set-user-id bits nor capabilities, so there is nothing to drop.
/// - `ASYNC_DIO`: one large direct request is sent as several at a time.
///
/// Request: `fuse_in_header` and `fuse_init_in`.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | length |
/// | 4 | 4 | opcode, 26 |
/// | 8 | 8 | unique |
/// | 16 | 24 | node, uid, gid, pid, padding |
/// | 40 | 4 | major version, 7 |
/// | 44 | 4 | minor version |
/// | 48 | 4 | max_readahead |
/// | 52 | 4 | flags |
///
/// Answer: `fuse_out_header` and the first 24 bytes of `fuse_init_out`, all that minor version 19
/// has.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | length, 40 |
/// | 4 | 4 | error, 0 |
/// | 8 | 8 | unique |
/// | 16 | 4 | major version, 7 |
/// | 20 | 4 | minor version |
/// | 24 | 4 | max_readahead |
/// | 28 | 4 | flags |
/// | 32 | 2 | max_background |
/// | 34 | 2 | congestion_threshold |
/// | 36 | 4 | max_write |
///
/// *Immutable.*
record KernelGreeting(long unique, int minor, int maxReadAheadBytes, int flags) {
  /// The version of the protocol that libfuse 2.9 speaks.
  static final int LIBFUSE_2_MINOR = 19;

  static final int ANSWER_BYTES = 40;

  static final int ASYNC_READ = 1;
  static final int BIG_WRITES = 1 << 5;
  static final int ASYNC_DIO = 1 << 15;
  static final int HANDLE_KILLPRIV_V2 = 1 << 28;

  private static final int REQUEST_BYTES = 56;
  private static final int LENGTH_AT = 0;
  private static final int OPCODE_AT = 4;
  private static final int UNIQUE_AT = 8;
  private static final int MAJOR_AT = 40;
  private static final int MINOR_AT = 44;
  private static final int READ_AHEAD_AT = 48;
  private static final int FLAGS_AT = 52;

  private static final int INIT = 26;
  private static final int MAJOR = 7;
  private static final int WANTED = ASYNC_READ | BIG_WRITES | ASYNC_DIO | HANDLE_KILLPRIV_V2;

  /// Requests that the kernel has under way without anybody waiting for one of them alone:
  /// read-ahead and the pieces of direct I/O. Its own default is 12.
  private static final short MAX_BACKGROUND = 64;

  private static final short CONGESTION_THRESHOLD = 48;

  /// @throws IllegalArgumentException if the bytes are not a greeting of protocol version 7
  static KernelGreeting parse(ByteBuffer request) {
    ByteBuffer bytes = request.slice().order(ByteOrder.nativeOrder());
    if (bytes.remaining() < REQUEST_BYTES || bytes.getInt(LENGTH_AT) != bytes.remaining()) {
      throw new IllegalArgumentException(
          "a FUSE greeting has at least %d bytes and this has %d"
              .formatted(REQUEST_BYTES, bytes.remaining()));
    }
    if (bytes.getInt(OPCODE_AT) != INIT || bytes.getInt(MAJOR_AT) != MAJOR) {
      throw new IllegalArgumentException(
          "not a FUSE greeting of version %d: opcode %d, version %d"
              .formatted(MAJOR, bytes.getInt(OPCODE_AT), bytes.getInt(MAJOR_AT)));
    }
    return new KernelGreeting(
        bytes.getLong(UNIQUE_AT),
        bytes.getInt(MINOR_AT),
        bytes.getInt(READ_AHEAD_AT),
        bytes.getInt(FLAGS_AT));
  }

  /// What we agree to: of the abilities that we want, those that the kernel has.
  ///
  /// @param ourMinor the version of the protocol that the answering side speaks afterwards
  ByteBuffer answer(int ourMinor, int readAheadBytes, int maxWriteBytes) {
    return ByteBuffer.allocate(ANSWER_BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(ANSWER_BYTES)
        .putInt(0)
        .putLong(unique)
        .putInt(MAJOR)
        .putInt(Math.min(minor, ourMinor))
        .putInt(Math.min(maxReadAheadBytes, readAheadBytes))
        .putInt(flags & WANTED)
        .putShort(MAX_BACKGROUND)
        .putShort(CONGESTION_THRESHOLD)
        .putInt(maxWriteBytes)
        .flip();
  }
}
