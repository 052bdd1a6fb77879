package io.blockseal.volume.engine;

import io.blockseal.volume.cipher.PageMac;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.format.TagTreeHead;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What opening a GCM volume takes beyond [VolumeOpening]: recovery of its journal, a new epoch, a
/// journal to write to. Confined to the call that opens.
///
/// Journal segments are numbered on and on over the life of a volume, so that the one which the tag
/// tree names in the header ([TagTreeHead]) is never mistaken for another.
///
/// A writable open goes in these steps, each durable before the next: bring home what the journal
/// holds; make its segments empty ones of the coming epoch, the older one first; add the epoch to
/// the table. So the journal is always that of the last epoch, or an empty one of the next.
final class TaggedOpening {
  private static final int ZEROS_BYTES = 1 << 20;

  private final VolumeFiles files;
  private final VolumeHeader header;
  private final TagTreeHead tree;
  private final BlockStore store;
  private final Extent extent;
  private final Hydration hydration;
  private final EpochFile epochs;
  private final Closeables resources;
  private final Overlay overlay = new Overlay();

  /// The generations of the overlay, as bits, that the tree knows.
  private int known;

  TaggedOpening(
      VolumeFiles files,
      VolumeHeader header,
      BlockStore store,
      Extent extent,
      Hydration hydration,
      EpochFile epochs,
      Closeables resources) {
    this.files = files;
    this.header = header;
    this.store = store;
    this.extent = extent;
    this.hydration = hydration;
    this.epochs = epochs;
    this.resources = resources;
    tree = Objects.requireNonNull(header.tagTree());
  }

  EpochTable epochTable() {
    return epochs.table();
  }

  Overlay overlay() {
    return overlay;
  }

  /// Homes that are only read, and whose tag pages nobody can check: the journal stays as it is and
  /// is read from where it lies.
  TaggedHomes sealed(Health health, ScratchPool scratches) throws IOException {
    SyncedStore home = new SyncedStore(store, health);
    SyncedStore journalFile = openedJournal(health);
    return new TaggedHomes(
        home,
        journalFile,
        overlay,
        extent,
        scratches,
        (chunk, first, count, scratch) ->
            home.read(extent.geometry().tagPageHome(chunk), scratch.tagPage()),
        null);
  }

  /// As [#sealed], with tag pages that are checked.
  TaggedHomes readable(Health health, ScratchPool scratches, PageMac mac, PageCache cache)
      throws IOException {
    SyncedStore home = new SyncedStore(store, health);
    SyncedStore journalFile = openedJournal(health);
    CheckedPages pages = pages(home, mac, new Adoptions(hydration), cache);
    return new TaggedHomes(home, journalFile, overlay, extent, scratches, pages, null);
  }

  /// A checkpointer, with a journal for a new epoch, after everything that was in the journal came
  /// home.
  Checkpointer writable(
      Health health,
      ChunkLocks locks,
      ScratchPool scratches,
      Tuning tuning,
      SecureRandom random,
      PageMac mac,
      PageCache cache,
      CurrentHeader current)
      throws IOException {
    epochs.checkRoom(files.name());
    int newEpoch = epochs.table().lastEpoch() + 1;
    SyncedStore home = new SyncedStore(store, health);
    BlockStore journal;
    List<JournalSegment> segments;
    if (epochs.closedProperly()) {
      journal = resources.add(freshJournal(tuning));
      segments = emptySegments(journal.sizeBytes());
    } else {
      journal = openJournal(VolumeFiles.Mode.WRITE);
      segments = load(journal);
      rewriteHeads(journal, segments);
    }
    SyncedStore journalFile = new SyncedStore(journal, health);
    Adoptions adoptions = new Adoptions(hydration);
    CheckedPages pages = pages(home, mac, adoptions, cache);
    Homecoming homecoming =
        new Homecoming(
            home,
            journalFile,
            overlay,
            extent,
            scratches,
            locks,
            pages,
            adoptions,
            hydration,
            current,
            health);
    recover(home, journalFile, homecoming, pages, segments, locks);
    JournalSegment active = restart(journalFile, segments, newEpoch, random.nextLong());
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    random.nextBytes(salt);
    epochs.append(salt);
    current.begin(newEpoch);
    return new Checkpointer(
        files.name(),
        home,
        journalFile,
        active,
        overlay,
        locks,
        homecoming,
        pages,
        adoptions,
        hydration,
        epochs,
        health,
        tuning,
        tuning.inBackground() ? new CheckpointThread(header.volumeId()) : new Inline());
  }

  /// Makes the journal file of a new volume: zeros throughout, so that no write to it has to change
  /// more than its content.
  static void createJournal(VolumeFiles files, int journalBytes) throws IOException {
    try (BlockStore journal = files.open(VolumeFile.JOURNAL, VolumeFiles.Mode.CREATE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, journalBytes));
      for (int at = 0; at < journalBytes; at += zeros.capacity()) {
        journal.write(at, zeros.clear().limit(Math.min(zeros.capacity(), journalBytes - at)));
      }
      journal.sync(false);
    }
    files.syncNames();
  }

  /// Runs checkpoints where they are asked for.
  private static final class Inline implements Checkpointer.Worker {
    @Override
    public void execute(Runnable checkpoint) {
      checkpoint.run();
    }

    @Override
    public void executeLater(Runnable task, long delayNs) {
      // What is asked for happens at once or not at all, so that it can be repeated.
    }

    @Override
    public void close() {
      // There is no thread.
    }
  }

  private JournalRecovery recovery() {
    return new JournalRecovery(
        files.name(), header, epochs.table().lastEpoch(), store, hydration::here, overlay);
  }

  private CheckedPages pages(SyncedStore home, PageMac mac, Adoptions adoptions, PageCache cache) {
    return new CheckedPages(home, extent, overlay, mac, adoptions, cache, tree.rootBytes(), known);
  }

  /// Fills the overlay from the journal of a volume that was not closed properly.
  private List<JournalSegment> load(BlockStore journal) throws IOException {
    List<JournalSegment> segments = recovery().load(journal);
    for (JournalSegment segment : segments) {
      if (segment.number() <= tree.segment()) {
        known |= Overlay.bit(JournalSegment.half(segment.number()));
      }
    }
    return segments;
  }

  private @Nullable SyncedStore openedJournal(Health health) throws IOException {
    if (epochs.closedProperly()) {
      return null;
    }
    BlockStore journal = openJournal(VolumeFiles.Mode.READ);
    load(journal);
    return new SyncedStore(journal, health);
  }

  /// The journal of a volume that was not closed properly.
  private BlockStore openJournal(VolumeFiles.Mode mode) throws IOException {
    if (!files.exists(VolumeFile.JOURNAL)) {
      throw new FormatException(
          "volume %s was not closed properly, and its journal is missing".formatted(files.name()));
    }
    return resources.add(files.open(VolumeFile.JOURNAL, mode));
  }

  /// The journal file of a volume that was closed properly: what is in it does not matter.
  private BlockStore freshJournal(Tuning tuning) throws IOException {
    if (files.exists(VolumeFile.JOURNAL)) {
      BlockStore journal = files.open(VolumeFile.JOURNAL, VolumeFiles.Mode.WRITE);
      if (journal.sizeBytes() == tuning.journalBytes()) {
        files.syncNames();
        return journal;
      }
      journal.close();
      files.delete(VolumeFile.JOURNAL);
    }
    createJournal(files, tuning.journalBytes());
    return files.open(VolumeFile.JOURNAL, VolumeFiles.Mode.WRITE);
  }

  /// Segments whose successors are later than any that the tree knows.
  private List<JournalSegment> emptySegments(long journalBytes) {
    int segmentBytes = (int) (journalBytes / 2);
    long first = tree.segment() - JournalSegment.half(tree.segment());
    return Stream.of(first, first + 1)
        .map(number -> new JournalSegment(number, segmentBytes, 0, header.volumeId(), 0))
        .toList();
  }

  private void recover(
      SyncedStore home,
      SyncedStore journalFile,
      Homecoming homecoming,
      CheckedPages pages,
      List<JournalSegment> segments,
      ChunkLocks locks)
      throws IOException {
    home.syncAnyway();
    journalFile.syncAnyway();
    for (JournalSegment segment : segments) {
      homecoming.bring(segment);
    }
    for (JournalSegment segment : segments) {
      int generation = JournalSegment.half(segment.number());
      overlay.clear(generation, locks);
      pages.forget(generation);
    }
  }

  /// Writes the heads that are there once more, for the sync that recovery begins with: one whose
  /// sync failed may be known to the system alone, and the disk would hold two heads that do not
  /// belong together once the other one changes.
  private static void rewriteHeads(BlockStore journal, List<JournalSegment> segments)
      throws IOException {
    for (JournalSegment segment : segments) {
      journal.write(segment.fileOffset(), ByteBuffer.wrap(segment.head()));
    }
  }

  /// Makes both segments empty ones of `newEpoch`, and answers the one to begin with.
  private static JournalSegment restart(
      SyncedStore journalFile, List<JournalSegment> segments, int newEpoch, long session)
      throws IOException {
    @Nullable JournalSegment active = null;
    for (JournalSegment segment : segments) {
      JournalSegment empty = segment.successor(newEpoch, session);
      journalFile.write(empty.fileOffset(), ByteBuffer.wrap(empty.head()));
      journalFile.sync();
      active = active == null || empty.number() < active.number() ? empty : active;
    }
    if (active == null) {
      throw new IllegalStateException("a journal has two segments");
    }
    return active;
  }
}
