package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import io.blockseal.volume.format.JournalEntry;
import io.blockseal.volume.format.JournalScan;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.DirectoryFiles;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at the files of a volume, and mends what can be mended, without any key. Stateless.
public final class VolumeInspector {
  private VolumeInspector() {}

  /// What the files of the volume at `file` say, valid or not. Changes nothing and takes no lock:
  /// of a volume that is open, the answer is of some moment.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no file
  public static VolumeReport inspect(Path file) throws IOException {
    try (VolumeFiles files = DirectoryFiles.peek(file)) {
      return inspect(files);
    }
  }

  /// By what the state of the GCM volume at `file` is known, as its newest valid header says; empty
  /// for other ciphers.
  ///
  /// @param volumeId whose the files have to be
  /// @throws ForeignFilesException if they are another volume's
  public static Optional<TreeRoot> root(Path file, String volumeId) throws IOException {
    try (VolumeFiles files = DirectoryFiles.peek(file);
        BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.READ)) {
      VolumeHeader header = HeaderFile.read(store, files.name()).header();
      ForeignFilesException.check(volumeId, header.volumeId());
      if (!header.cipher().tagged()) {
        return Optional.empty();
      }
      return Optional.of(
          TreeRoot.of(header, EpochFile.read(store, files.name()).table().lastEpoch()));
    }
  }

  /// Rewrites header copies and copies of the epoch table that are no good from those that are.
  ///
  /// @return what was done, a sentence each; empty if there was nothing to do
  /// @throws FormatException if no good copy is left
  /// @throws io.blockseal.volume.store.VolumeBusyException if the volume is open
  public static List<String> repair(Path file) throws IOException {
    try (VolumeFiles files = DirectoryFiles.open(file)) {
      return repair(files);
    }
  }

  static VolumeReport inspect(VolumeFiles files) throws IOException {
    try (BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.READ)) {
      List<VolumeReport.Header> headers = new ArrayList<>();
      HeaderImage newest = null;
      for (var copy : HeaderFile.copies(store).entrySet()) {
        HeaderImage image = copy.getValue().image();
        headers.add(header(copy.getKey(), image, copy.getValue().defect()));
        if (image != null
            && (newest == null || image.header().sequence() > newest.header().sequence())) {
          newest = image;
        }
      }
      if (newest == null) {
        return new VolumeReport(headers, null, null, null, files.exists(VolumeFile.CHANGED));
      }
      VolumeHeader header = newest.header();
      boolean tagged = header.cipher().tagged();
      VolumeReport.Epochs epochs = tagged ? epochs(store, files) : null;
      VolumeReport.Journal journal = tagged ? journal(files) : null;
      return new VolumeReport(
          headers, newest.json(), epochs, journal, files.exists(VolumeFile.CHANGED));
    }
  }

  static List<String> repair(VolumeFiles files) throws IOException {
    List<String> done = new ArrayList<>();
    CachedRemains.drop(files);
    try (BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.WRITE)) {
      HeaderCopy rewritten = HeaderFile.repair(store, files.name());
      if (rewritten != null) {
        done.add("header copy %s was rewritten from the other one".formatted(rewritten));
      }
      VolumeHeader header = HeaderFile.read(store, files.name()).header();
      if (header.cipher().tagged()) {
        EpochFile epochs = EpochFile.read(store, files.name());
        if (epochs.damaged()) {
          epochs.repair();
          done.add("both copies of the epoch table were written anew");
        }
      }
    }
    return done;
  }

  /// Checks that the file system lets the file of a volume become as long as `sizeBytes` need: on
  /// ext4 a file has 16 TiB at most.
  ///
  /// @throws IOException if it does not
  public static void checkRoom(Path file, CipherSpec cipher, long sizeBytes) throws IOException {
    long fileBytes = new Geometry(sizeBytes, cipher.tagged()).fileBytes();
    Path probe = file.resolveSibling(file.getFileName() + ".probe");
    try (FileChannel channel =
        FileChannel.open(
            probe,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      channel.write(ByteBuffer.allocate(1), fileBytes - 1);
    } catch (IOException e) {
      throw new IOException(
          "%s would need %d bytes: %s".formatted(file, fileBytes, e.getMessage()), e);
    }
  }

  private static VolumeReport.Header header(
      HeaderCopy copy, @Nullable HeaderImage image, @Nullable String defect) {
    return new VolumeReport.Header(
        copy.name(), copy.offset(), image == null ? null : image.header().sequence(), defect);
  }

  private static VolumeReport.Epochs epochs(BlockStore store, VolumeFiles files)
      throws IOException {
    try {
      EpochFile epochs = EpochFile.read(store, files.name());
      return new VolumeReport.Epochs(
          epochs.table().lastEpoch(), epochs.closedProperly(), !epochs.damaged(), null);
    } catch (FormatException e) {
      return new VolumeReport.Epochs(0, false, false, e.getMessage());
    }
  }

  private static VolumeReport.Journal journal(VolumeFiles files) throws IOException {
    if (!files.exists(VolumeFile.JOURNAL)) {
      return new VolumeReport.Journal(0, List.of(), "there is no journal file");
    }
    try (BlockStore journal = files.open(VolumeFile.JOURNAL, VolumeFiles.Mode.READ)) {
      long fileBytes = journal.sizeBytes();
      List<VolumeReport.Segment> segments = new ArrayList<>();
      try {
        for (int half = 0; half < 2; half++) {
          segments.add(segment(journal, half, fileBytes));
        }
        return new VolumeReport.Journal(fileBytes, segments, null);
      } catch (FormatException e) {
        return new VolumeReport.Journal(fileBytes, segments, e.getMessage());
      }
    }
  }

  private static VolumeReport.Segment segment(BlockStore journal, int half, long fileBytes)
      throws IOException {
    byte[] head = new byte[JournalSegment.HEAD_BYTES];
    journal.read(half * (fileBytes / 2), ByteBuffer.wrap(head));
    JournalSegment segment = JournalSegment.parse(head, half, fileBytes);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(segment.segmentBytes()).order(ByteOrder.LITTLE_ENDIAN);
    journal.read(segment.fileOffset(), bytes);
    JournalScan scan = JournalScan.of(segment, bytes.clear());
    return new VolumeReport.Segment(
        segment.number(),
        segment.epoch(),
        scan.end() - JournalSegment.HEAD_BYTES,
        units(scan, JournalEntry.Type.DATA),
        units(scan, JournalEntry.Type.RECORDS),
        units(scan, JournalEntry.Type.DISCARD));
  }

  private static long units(JournalScan scan, JournalEntry.Type type) {
    return scan.entries().stream()
        .filter(entry -> entry.type() == type)
        .mapToLong(JournalEntry::unitCount)
        .sum();
  }
}
