package io.blockseal.volume.engine;

import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What opening a GCM volume takes beyond [VolumeOpening]: recovery of its journal, a new epoch, a
/// journal to write to. Confined to the call that opens.
///
/// A writable open goes in these steps, each durable before the next: bring home what the journal
/// holds; make its segments empty ones of the coming epoch, the older one first; add the epoch to
/// the table. So the journal is always that of the last epoch, or an empty one of the next.
final class TaggedOpening {
  private static final int ZEROS_BYTES = 1 << 20;

  private final VolumeFiles files;
  private final VolumeHeader header;
  private final BlockStore store;
  private final Extent extent;
  private final Hydration hydration;
  private final Closeables resources;
  private final Overlay overlay = new Overlay();
  private final EpochFile epochs;

  TaggedOpening(
      VolumeFiles files,
      VolumeHeader header,
      BlockStore store,
      Extent extent,
      Hydration hydration,
      Closeables resources)
      throws IOException {
    this.files = files;
    this.header = header;
    this.store = store;
    this.extent = extent;
    this.hydration = hydration;
    this.resources = resources;
    epochs = EpochFile.read(store, files.name());
  }

  EpochTable epochTable() {
    return epochs.table();
  }

  Overlay overlay() {
    return overlay;
  }

  /// Homes that are only read: the journal stays as it is and is read from where it lies.
  TaggedHomes readable(Health health, ScratchPool scratches) throws IOException {
    SyncedStore journalFile = null;
    if (!epochs.closedProperly()) {
      BlockStore journal = resources.add(openJournal(VolumeFiles.Mode.READ));
      recovery().load(journal);
      journalFile = new SyncedStore(journal, health);
    }
    return new TaggedHomes(
        new SyncedStore(store, health), journalFile, overlay, extent, scratches, null);
  }

  /// A checkpointer, with a journal for a new epoch, after everything that was in the journal came
  /// home.
  Checkpointer writable(
      Health health, ChunkLocks locks, ScratchPool scratches, Tuning tuning, SecureRandom random)
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
      journal = resources.add(openJournal(VolumeFiles.Mode.WRITE));
      segments = recovery().load(journal);
    }
    SyncedStore journalFile = new SyncedStore(journal, health);
    Homecoming homecoming = new Homecoming(home, journalFile, overlay, extent, scratches);
    recover(home, journalFile, homecoming, segments, locks);
    JournalSegment active = restart(journalFile, segments, newEpoch, random.nextLong());
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    random.nextBytes(salt);
    epochs.append(salt);
    return new Checkpointer(
        home,
        journalFile,
        active,
        overlay,
        locks,
        homecoming,
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
    public void close() {
      // There is no thread.
    }
  }

  private JournalRecovery recovery() {
    return new JournalRecovery(
        files.name(), header, epochs.table().lastEpoch(), store, hydration::here, overlay);
  }

  private BlockStore openJournal(VolumeFiles.Mode mode) throws IOException {
    if (!files.exists(VolumeFile.JOURNAL)) {
      throw new FormatException(
          "volume %s was not closed properly, and its journal is missing".formatted(files.name()));
    }
    return files.open(VolumeFile.JOURNAL, mode);
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

  private List<JournalSegment> emptySegments(long journalBytes) {
    int segmentBytes = (int) (journalBytes / 2);
    return Stream.of(0L, 1L)
        .map(number -> new JournalSegment(number, segmentBytes, 0, header.volumeId(), 0))
        .toList();
  }

  private void recover(
      SyncedStore home,
      SyncedStore journalFile,
      Homecoming homecoming,
      List<JournalSegment> segments,
      ChunkLocks locks)
      throws IOException {
    home.syncAnyway();
    journalFile.syncAnyway();
    for (JournalSegment segment : segments) {
      homecoming.bring(JournalSegment.half(segment.number()), chunk -> true);
    }
    home.sync();
    for (JournalSegment segment : segments) {
      overlay.clear(JournalSegment.half(segment.number()), locks);
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
