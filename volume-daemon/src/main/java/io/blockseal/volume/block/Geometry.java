package io.blockseal.volume.block;

/// The division of one volume into units and chunks, and the place of each in the volume file.
///
/// A volume of `sizeBytes` is a row of 4 KiB *units*; 128 units make a 512 KiB *chunk*, and the
/// last chunk may hold fewer. In the file every chunk has a *home* of the same length:
///
/// ```
/// untagged (XTS, plain)   1 MiB + chunk * 512 KiB          [ unit 0 | unit 1 | ... | unit 127 ]
/// tagged (GCM)            1 MiB + chunk * 516 KiB   [ tag page | unit 0 | unit 1 | ... | unit 127 ]
///                               + 8 KiB for each node of the tree at or before the chunk
/// ```
///
/// [TagTreeShape] says which nodes those are.
///
/// The home of the last chunk has the full length even when the volume ends inside it, so that a
/// volume grows without moving anything. Immutable.
///
/// @param sizeBytes what a reader of the volume sees: a positive multiple of [#UNIT_BYTES]
/// @param tagged whether a tag page precedes the units of every chunk
public record Geometry(long sizeBytes, boolean tagged) {
  /// What is encrypted, and written, as one.
  public static final int UNIT_BYTES = 4096;

  /// The units of one chunk.
  public static final int UNITS_PER_CHUNK = 128;

  /// The volume bytes of one chunk: what snapshots copy and locks cover.
  public static final int CHUNK_BYTES = UNIT_BYTES * UNITS_PER_CHUNK;

  /// The records of one chunk's units, 32 bytes each.
  public static final int TAG_PAGE_BYTES = 4096;

  /// Where the home of chunk 0 begins in the file.
  public static final long DATA_START = 1L << 20;

  /// The home of a chunk with a tag page.
  static final int TAGGED_CHUNK_BYTES = TAG_PAGE_BYTES + CHUNK_BYTES;

  /// The largest volume: 64 TiB, as the largest that EBS sells.
  public static final long MAX_SIZE_BYTES = 1L << 46;

  public Geometry {
    if (sizeBytes <= 0 || sizeBytes > MAX_SIZE_BYTES || sizeBytes % UNIT_BYTES != 0) {
      throw new IllegalArgumentException(
          "volume size %d bytes is not a multiple of %d between %d and %d"
              .formatted(sizeBytes, UNIT_BYTES, UNIT_BYTES, MAX_SIZE_BYTES));
    }
  }

  public long unitCount() {
    return sizeBytes / UNIT_BYTES;
  }

  public long chunkCount() {
    return (sizeBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
  }

  /// The units of `chunk` that lie inside the volume: 128, but for the last chunk perhaps fewer.
  public int unitsInChunk(long chunk) {
    long units = Math.min(UNITS_PER_CHUNK, unitCount() - firstUnitOf(checkedChunk(chunk)));
    return Math.toIntExact(units);
  }

  /// The unit that holds byte `offset` of the volume.
  public long unitAt(long offset) {
    if (offset < 0 || offset >= sizeBytes) {
      throw new IllegalArgumentException(
          "byte %d lies outside a volume of %d bytes".formatted(offset, sizeBytes));
    }
    return offset / UNIT_BYTES;
  }

  /// The chunk that holds `unit`.
  public static long chunkOf(long unit) {
    return unit / UNITS_PER_CHUNK;
  }

  /// The first unit of `chunk`.
  public static long firstUnitOf(long chunk) {
    return chunk * UNITS_PER_CHUNK;
  }

  /// The place of `unit` among the units of its chunk, 0 to 127.
  public static int indexInChunk(long unit) {
    return (int) (unit % UNITS_PER_CHUNK);
  }

  /// The length of a chunk's home: what a snapshot stores of a chunk.
  public int storedChunkBytes() {
    return tagged ? TAGGED_CHUNK_BYTES : CHUNK_BYTES;
  }

  /// The file offset at which the home of `chunk` begins: its tag page if there are tag pages, else
  /// its first unit.
  public long chunkHome(long chunk) {
    return home(checkedChunk(chunk));
  }

  /// The file offset of the tag page of `chunk`.
  ///
  /// @throws IllegalStateException if this layout has no tag pages
  public long tagPageHome(long chunk) {
    if (!tagged) {
      throw new IllegalStateException(
          "chunk %d has no tag page: the layout is untagged".formatted(chunk));
    }
    return home(checkedChunk(chunk));
  }

  /// The file offset of `unit`.
  public long unitHome(long unit) {
    if (unit < 0 || unit >= unitCount()) {
      throw new IllegalArgumentException(
          "unit %d lies outside a volume of %d units".formatted(unit, unitCount()));
    }
    long units = home(chunkOf(unit)) + (tagged ? TAG_PAGE_BYTES : 0);
    return units + (long) indexInChunk(unit) * UNIT_BYTES;
  }

  /// The length of the file when every chunk has its home.
  public long fileBytes() {
    return home(chunkCount() - 1) + storedChunkBytes();
  }

  /// The chunk in whose home byte `offset` of the file lies, or before whose home, among the nodes
  /// of the tree; it may lie beyond the last one.
  ///
  /// @param offset from [#DATA_START] on
  public long chunkAt(long offset) {
    if (offset < DATA_START) {
      throw new IllegalArgumentException("byte %d lies before all chunks".formatted(offset));
    }
    return tagged ? TagTreeShape.chunkAt(offset) : (offset - DATA_START) / CHUNK_BYTES;
  }

  private long home(long chunk) {
    return tagged ? TagTreeShape.chunkHome(chunk) : DATA_START + chunk * CHUNK_BYTES;
  }

  private long checkedChunk(long chunk) {
    if (chunk < 0 || chunk >= chunkCount()) {
      throw new IllegalArgumentException(
          "chunk %d lies outside a volume of %d chunks".formatted(chunk, chunkCount()));
    }
    return chunk;
  }
}
