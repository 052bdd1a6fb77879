package io.blockseal.volume.format;

/// The two places of the header. They differ in magic and offset, so that a copy that was read from
/// or written to the wrong place is seen as such.
public enum HeaderCopy {
  A(0, 0x414c414553_4b4c42L),
  B(64 << 10, 0x424c414553_4b4c42L);

  /// The room of one copy.
  public static final int BYTES = 64 << 10;

  private final long offset;
  private final long magic;

  HeaderCopy(long offset, long magic) {
    this.offset = offset;
    this.magic = magic;
  }

  /// Where this copy begins in the volume file.
  public long offset() {
    return offset;
  }

  /// `BLKSEALA` or `BLKSEALB`, as a little-endian number.
  long magic() {
    return magic;
  }
}
