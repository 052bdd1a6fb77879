package io.blockseal.fuse.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// `FUSE_INIT`, the request with which the kernel greets a mount, and our answer to it: what both
/// sides will do from then on.
///
/// Of the abilities that we agree to, these matter to volumes:
///
/// - `HANDLE_KILLPRIV_V2`: without it, the kernel asks for the attribute `security.capability`
///   before every single write, to drop it, which doubles the round trips. Our files have neither
///   set-user-id bits nor capabilities, so there is nothing to drop.
/// - `ASYNC_DIO`: one large direct request is sent as several at a time.
/// - `MAX_PAGES`: requests may be larger than 128 KiB.
/// - `DIRECT_IO_ALLOW_MMAP`: a file that is opened past the page cache can be mapped all the same.
///
/// Not `WRITEBACK_CACHE`: a write would be answered before it reached the volume. Not
/// `NO_OPEN_SUPPORT`: a volume in use has to be known as such. Not `DO_READDIRPLUS`: it fetches
/// attributes ahead that the kernel may not keep. libfuse 2 answers for itself with what kernels
/// knew in 2012, so the answer is given in its place too.
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
/// | 56 | 4 | flags2, if flags have `INIT_EXT` |
///
/// Answer: `fuse_out_header` and `fuse_init_out`, of which minor versions before 23 have only the
/// first 24 bytes.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | length, 40 or 80 |
/// | 4 | 4 | error, 0 |
/// | 8 | 8 | unique |
/// | 16 | 4 | major version, 7 |
/// | 20 | 4 | minor version |
/// | 24 | 4 | max_readahead |
/// | 28 | 4 | flags |
/// | 32 | 2 | max_background |
/// | 34 | 2 | congestion_threshold |
/// | 36 | 4 | max_write |
/// | 40 | 4 | time_gran, in nanoseconds |
/// | 44 | 2 | max_pages, of 4 KiB |
/// | 46 | 2 | map_alignment, for DAX only |
/// | 48 | 4 | flags2 |
/// | 52 | 28 | unused |
///
/// *Immutable.*
///
/// @param flags those of `flags`, and above them those of `flags2`
public record KernelGreeting(long unique, int minor, int maxReadAheadBytes, long flags) {
  /// The version of the protocol that libfuse 2.9 speaks.
  public static final int LIBFUSE_2_MINOR = 19;

  /// The versions that we speak ourselves: Linux 5.4 and Linux 6.6, whose `DIRECT_IO_ALLOW_MMAP` is
  /// the latest addition that we use.
  static final int OLDEST_MINOR = 31;

  static final int OUR_MINOR = 39;

  static final int PAGE_BYTES = 4096;

  static final long ASYNC_READ = 1;
  static final long BIG_WRITES = 1 << 5;
  static final long ASYNC_DIO = 1 << 15;
  static final long PARALLEL_DIROPS = 1 << 18;
  static final long MAX_PAGES = 1 << 22;
  static final long HANDLE_KILLPRIV_V2 = 1 << 28;
  static final long INIT_EXT = 1 << 30;
  static final long DIRECT_IO_ALLOW_MMAP = 1L << 36;
  static final long OVER_IO_URING = 1L << 41;

  private static final int REQUEST_BYTES = 56;

  private static final int LENGTH_AT = 0;
  private static final int OPCODE_AT = 4;
  private static final int UNIQUE_AT = 8;
  private static final int MAJOR_AT = 40;
  private static final int MINOR_AT = 44;
  private static final int READ_AHEAD_AT = 48;
  private static final int FLAGS_AT = 52;
  private static final int FLAGS2_AT = 56;

  private static final int SHORT_ANSWER_BYTES = 40;
  private static final int ANSWER_BYTES = 80;

  private static final int MAJOR = 7;
  private static final long WANTED_OF_LIBFUSE =
      ASYNC_READ | BIG_WRITES | ASYNC_DIO | HANDLE_KILLPRIV_V2;
  private static final long WANTED =
      WANTED_OF_LIBFUSE | PARALLEL_DIROPS | MAX_PAGES | INIT_EXT | DIRECT_IO_ALLOW_MMAP;

  /// Requests that the kernel has under way without anybody waiting for one of them alone:
  /// read-ahead and the pieces of direct I/O. Its own default is 12.
  private static final short MAX_BACKGROUND = 64;

  private static final short CONGESTION_THRESHOLD = 48;

  private static final int TIME_GRAIN_NS = 1;

  /// @throws IllegalArgumentException if the bytes are not a greeting of protocol version 7
  public static KernelGreeting parse(ByteBuffer request) {
    ByteBuffer bytes = request.slice().order(ByteOrder.nativeOrder());
    if (bytes.remaining() < REQUEST_BYTES || bytes.getInt(LENGTH_AT) != bytes.remaining()) {
      throw new IllegalArgumentException(
          "a FUSE greeting has at least %d bytes and this has %d"
              .formatted(REQUEST_BYTES, bytes.remaining()));
    }
    if (bytes.getInt(OPCODE_AT) != FuseOpcode.INIT.number() || bytes.getInt(MAJOR_AT) != MAJOR) {
      throw new IllegalArgumentException(
          "not a FUSE greeting of version %d: opcode %d, version %d"
              .formatted(MAJOR, bytes.getInt(OPCODE_AT), bytes.getInt(MAJOR_AT)));
    }
    long flags = Integer.toUnsignedLong(bytes.getInt(FLAGS_AT));
    if ((flags & INIT_EXT) != 0 && bytes.remaining() >= FLAGS2_AT + Integer.BYTES) {
      flags |= (long) bytes.getInt(FLAGS2_AT) << Integer.SIZE;
    }
    return new KernelGreeting(
        bytes.getLong(UNIQUE_AT), bytes.getInt(MINOR_AT), bytes.getInt(READ_AHEAD_AT), flags);
  }

  /// Whether the kernel's protocol is as new as ours has to be.
  boolean spokenByUs() {
    return minor >= OLDEST_MINOR && (flags & MAX_PAGES) != 0;
  }

  /// Whether a file that is opened past the page cache can be mapped, once we have agreed to that.
  public boolean mapsDirectFiles() {
    return (flags & DIRECT_IO_ALLOW_MMAP) != 0;
  }

  /// Whether requests can be taken from io_urings: Linux 6.14, if the administrator allows it in
  /// `/sys/module/fuse/parameters/enable_uring`.
  public boolean offersRings() {
    return (flags & OVER_IO_URING) != 0;
  }

  /// What libfuse 2 may agree to: of the abilities that it can serve, those that the kernel has.
  public ByteBuffer answerForLibFuse(int readAheadBytes, int maxWriteBytes) {
    return start(SHORT_ANSWER_BYTES, LIBFUSE_2_MINOR, WANTED_OF_LIBFUSE, readAheadBytes)
        .putInt(maxWriteBytes)
        .flip();
  }

  /// What we agree to: of the abilities that we want, those that the kernel has.
  ///
  /// @param maxRequestBytes the most data in a request or an answer, whole pages
  /// @param rings whether requests are to be taken from io_urings, if the kernel offers that
  ByteBuffer answer(int readAheadBytes, int maxRequestBytes, boolean rings) {
    long wanted = rings ? WANTED | OVER_IO_URING : WANTED;
    return start(ANSWER_BYTES, OUR_MINOR, wanted, readAheadBytes)
        .putInt(maxRequestBytes)
        .putInt(TIME_GRAIN_NS)
        .putShort((short) (maxRequestBytes / PAGE_BYTES))
        .putShort((short) 0)
        .putInt((int) ((flags & wanted) >>> Integer.SIZE))
        .clear();
  }

  private ByteBuffer start(int length, int ourMinor, long wanted, int readAheadBytes) {
    return ByteBuffer.allocate(length)
        .order(ByteOrder.nativeOrder())
        .putInt(length)
        .putInt(0)
        .putLong(unique)
        .putInt(MAJOR)
        .putInt(Math.min(minor, ourMinor))
        .putInt(Math.min(maxReadAheadBytes, readAheadBytes))
        .putInt((int) (flags & wanted))
        .putShort(MAX_BACKGROUND)
        .putShort(CONGESTION_THRESHOLD);
  }
}
