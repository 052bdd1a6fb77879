package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HydrationMap;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Which chunks of a volume made from a snapshot are in its file, and the fetching of the others.
///
/// A chunk that is fetched is *here* at once, but *saved* (its bit durable in [HydrationMap]) only
/// after its home is durable. A flush saves all that are here, so no chunk that holds flushed
/// writes is ever fetched again. A chunk that is here but not saved is fetched anew after a crash,
/// which loses writes that were not flushed, as a crash may.
///
/// Thread-safe; the bits of a chunk change under its exclusive lock.
final class Hydration implements Closeable {
  private static final System.Logger LOG = System.getLogger(Hydration.class.getName());

  /// How much of the companion file is written anew at once; the head and the boot are in the first
  /// step.
  private static final int REWRITTEN_BYTES = 64 << 10;

  private final @Nullable Source source;

  /// Guards the sets; held for bit twiddling only.
  private final Object lock = new Object();

  /// Held while a block of arrived chunks is written, so that no older one overwrites it. Taken
  /// before `lock`.
  private final Object noting = new Object();

  /// Held while saved chunks are written, and while the file is let go. Taken before `lock`.
  private final Object saving = new Object();

  private final BitSet here = new BitSet();
  private final BitSet unsaved = new BitSet();
  private final BitSet saved = new BitSet();

  /// Whether every chunk is here. Never goes back.
  private volatile boolean complete;

  /// Where missing chunks come from.
  ///
  /// @param map what the companion file speaks of
  /// @param store the companion file
  private record Source(HydrationMap map, BlockStore store, @Nullable Backing backing) {}

  private Hydration(@Nullable Source source) {
    this.source = source;
    complete = source == null;
  }

  /// Of a volume that has everything in its file.
  static Hydration done() {
    return new Hydration(null);
  }

  /// Makes the companion file of a new volume, of which nothing is here yet.
  static void create(VolumeFiles files, VolumeHeader header, long chunkCount) throws IOException {
    HydrationMap map =
        new HydrationMap(chunkCount, header.volumeId(), String.valueOf(header.sourceSnapshotId()));
    try (BlockStore store = files.open(VolumeFile.HYDRATION, VolumeFiles.Mode.CREATE)) {
      store.write(0, ByteBuffer.wrap(map.head()));
      store.resize(map.fileBytes());
      store.sync(false);
    }
  }

  /// Opens the companion file of a volume whose header names a source snapshot.
  static Hydration open(
      VolumeFiles files, VolumeHeader header, @Nullable Backing backing, VolumeFiles.Mode mode)
      throws IOException {
    if (!files.exists(VolumeFile.HYDRATION)) {
      throw new FormatException(
          "volume %s comes from snapshot %s, but its hydration map is missing"
              .formatted(files.name(), header.sourceSnapshotId()));
    }
    BlockStore store = files.open(VolumeFile.HYDRATION, mode);
    try {
      byte[] head = new byte[HydrationMap.HEAD_BYTES];
      store.read(0, ByteBuffer.wrap(head));
      HydrationMap map = HydrationMap.parse(head);
      if (!map.volumeId().equals(header.volumeId())
          || !map.sourceSnapshotId().equals(header.sourceSnapshotId())) {
        throw new FormatException(
            "the hydration map beside volume %s is that of volume %s and snapshot %s"
                .formatted(files.name(), map.volumeId(), map.sourceSnapshotId()));
      }
      long chunks = new Geometry(header.sizeBytes(), header.cipher().tagged()).chunkCount();
      if (map.chunkCount() > chunks) {
        throw new FormatException(
            "the hydration map beside volume %s speaks of %d chunks, but the volume has %d"
                .formatted(files.name(), map.chunkCount(), chunks));
      }
      Hydration hydration = new Hydration(new Source(map, store, backing));
      hydration.load(map, store, files.bootId(), mode == VolumeFiles.Mode.WRITE);
      return hydration;
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  /// Whether the file holds `chunk`.
  boolean here(long chunk) {
    if (complete || source == null || chunk >= source.map().chunkCount()) {
      return true;
    }
    synchronized (lock) {
      return here.get((int) chunk);
    }
  }

  /// Whether the file holds every chunk.
  boolean complete() {
    return complete;
  }

  /// The first chunk from `chunk` on that is not here, or -1.
  long nextMissing(long chunk) {
    if (complete || source == null) {
      return -1;
    }
    synchronized (lock) {
      int missing = here.nextClearBit((int) Math.min(chunk, Integer.MAX_VALUE));
      return missing < source.map().chunkCount() ? missing : -1;
    }
  }

  /// How many chunks are not here.
  long missingCount() {
    if (complete || source == null) {
      return 0;
    }
    synchronized (lock) {
      return source.map().chunkCount() - here.cardinality();
    }
  }

  /// Fills `stored` with a chunk that is not here, without bringing it in.
  ///
  /// @return false if the chunk is a hole
  boolean fetch(long chunk, ByteBuffer stored) throws IOException {
    if (source == null || source.backing() == null) {
      throw new IOException(
          "chunk %d is still in the source snapshot, and no backing was given".formatted(chunk));
    }
    int expected = stored.remaining();
    boolean data = source.backing().fetch(chunk, stored);
    if (data && stored.hasRemaining()) {
      throw new IOException(
          "the backing gave %d bytes of chunk %d, not %d"
              .formatted(expected - stored.remaining(), chunk, expected));
    }
    return data;
  }

  /// The caller has put `chunk` into its home, and still holds its exclusive lock.
  void arrived(long chunk) throws IOException {
    if (source == null) {
      throw new IllegalStateException("chunk %d has no source to come from".formatted(chunk));
    }
    int block = (int) chunk / HydrationMap.CHUNKS_PER_BLOCK;
    synchronized (noting) {
      byte[] note;
      synchronized (lock) {
        here.set((int) chunk);
        unsaved.set((int) chunk);
        note = HydrationMap.block(here, block);
      }
      source.store().write(source.map().arrivedOffset(block), ByteBuffer.wrap(note));
    }
  }

  /// The chunks that are here and not saved. To be asked before the sync after which they are given
  /// to [#save].
  BitSet unsaved() {
    synchronized (lock) {
      return complete ? new BitSet() : (BitSet) unsaved.clone();
    }
  }

  /// Whether it is durable that the file holds `chunk`.
  boolean saved(long chunk) {
    if (complete || source == null || chunk >= source.map().chunkCount()) {
      return true;
    }
    synchronized (lock) {
      return saved.get((int) chunk);
    }
  }

  /// Makes it durable that `chunks`, whose homes are durable, are here.
  void save(BitSet chunks) throws IOException {
    synchronized (saving) {
      if (chunks.isEmpty() || source == null || complete) {
        return;
      }
      BitSet durable;
      synchronized (lock) {
        durable = (BitSet) saved.clone();
      }
      durable.or(chunks);
      write(durable, chunks, source);
      synchronized (lock) {
        saved.or(chunks);
        unsaved.andNot(chunks);
      }
    }
  }

  /// A sync failed, after which the system may have dropped what it was given: whoever opens the
  /// volume next, even on the same boot, fetches the chunks again that were not saved.
  void distrust() {
    if (complete || source == null) {
      return;
    }
    try {
      distrust(source.store());
    } catch (IOException e) {
      warnOfLoss("snapshot " + source.map().sourceSnapshotId(), e);
    }
  }

  /// As [#distrust()], for a volume that is not open.
  static void distrust(VolumeFiles files) {
    try {
      if (files.exists(VolumeFile.HYDRATION)) {
        try (BlockStore store = files.open(VolumeFile.HYDRATION, VolumeFiles.Mode.WRITE)) {
          distrust(store);
        }
      }
    } catch (IOException e) {
      warnOfLoss("the snapshot of " + files.name(), e);
    }
  }

  /// Writes the companion file of a volume that is not open once more, and syncs it, so that the
  /// disk has what is read from it: what it says was true when it was written.
  static void writeAnew(VolumeFiles files) throws IOException {
    if (!files.exists(VolumeFile.HYDRATION)) {
      return;
    }
    try (BlockStore store = files.open(VolumeFile.HYDRATION, VolumeFiles.Mode.WRITE)) {
      ByteBuffer step = ByteBuffer.allocate(REWRITTEN_BYTES);
      long size = store.sizeBytes();
      for (long at = 0; at < size; at += step.capacity()) {
        step.clear().limit((int) Math.min(step.capacity(), size - at));
        store.read(at, step);
        if (!ZeroBytes.at(step, 0, step.limit())) {
          store.write(at, step.flip());
        }
      }
      store.sync(true);
    }
  }

  private static void distrust(BlockStore store) throws IOException {
    store.write(HydrationMap.BOOT_OFFSET, ByteBuffer.wrap(new byte[HydrationMap.BLOCK_BYTES]));
    store.sync(true);
  }

  private static void warnOfLoss(String source, IOException e) {
    LOG.log(
        System.Logger.Level.WARNING,
        "chunks of %s may be lost: the hydration map can not be written to".formatted(source),
        e);
  }

  /// All chunks are here, and the header does not name a source any more: lets the file go.
  void finish() throws IOException {
    synchronized (saving) {
      complete = true;
    }
    close();
  }

  /// The chunks that are here, of those that came or will come from the snapshot.
  BitSet hereSet() {
    synchronized (lock) {
      return (BitSet) here.clone();
    }
  }

  /// How many chunks the source snapshot speaks of.
  long chunkCount() {
    return source == null ? 0 : source.map().chunkCount();
  }

  @Override
  public void close() throws IOException {
    if (source != null) {
      source.store().close();
    }
  }

  /// Writes the blocks of `chunks`, which are some of `durable`.
  private static void write(BitSet durable, BitSet chunks, Source source) throws IOException {
    writeBlocks(durable, chunks, source.store());
    source.store().sync(true);
  }

  private static void writeBlocks(BitSet durable, BitSet chunks, BlockStore store)
      throws IOException {
    for (int chunk = chunks.nextSetBit(0); chunk >= 0; ) {
      int block = chunk / HydrationMap.CHUNKS_PER_BLOCK;
      store.write(
          HydrationMap.blockOffset(block), ByteBuffer.wrap(HydrationMap.block(durable, block)));
      chunk = chunks.nextSetBit((block + 1) * HydrationMap.CHUNKS_PER_BLOCK);
    }
  }

  private void load(HydrationMap map, BlockStore store, String bootId, boolean writable)
      throws IOException {
    read(map, store, HydrationMap.blockOffset(0), saved);
    here.or(saved);
    if (writable) {
      // A block whose sync failed may be known to the system alone, which does not write it by
      // itself any more: what was saved is written once more, so that it is.
      writeBlocks(saved, saved, store);
      store.sync(true);
    }
    byte[] boot = new byte[HydrationMap.BLOCK_BYTES];
    store.read(HydrationMap.BOOT_OFFSET, ByteBuffer.wrap(boot));
    byte[] present = HydrationMap.boot(bootId);
    if (Arrays.equals(boot, present)) {
      read(map, store, map.arrivedOffset(0), here);
      unsaved.or(here);
      unsaved.andNot(saved);
    } else if (writable) {
      store.punchHole(map.arrivedOffset(0), map.fileBytes() - map.arrivedOffset(0));
      store.sync(true);
      store.write(HydrationMap.BOOT_OFFSET, ByteBuffer.wrap(present));
      store.sync(true);
    }
  }

  private static void read(HydrationMap map, BlockStore store, long offset, BitSet chunks)
      throws IOException {
    byte[] blocks = new byte[map.blockCount() * HydrationMap.BLOCK_BYTES];
    store.read(offset, ByteBuffer.wrap(blocks));
    for (int n = 0; n < map.blockCount(); n++) {
      HydrationMap.addBlock(blocks, n * HydrationMap.BLOCK_BYTES, n, chunks);
    }
    if (chunks.length() > map.chunkCount()) {
      throw new FormatException(
          "the hydration map of %d chunks names chunk %d"
              .formatted(map.chunkCount(), chunks.length() - 1));
    }
  }
}
