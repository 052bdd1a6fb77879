package io.blockseal.daemon;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.DirectoryFiles;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a volume file says about itself to somebody without any key. Immutable.
///
/// @param header the newest valid copy
/// @param problems of each copy of the header: why it cannot be used, or that it is out of date
/// @param epochs in its table, in the better copy of its table, up to the first that is empty or
///   damaged
/// @param journalBytes the size of the journal beside it; 0 if there is none
record VolumeInspection(
    Path file,
    HeaderImage header,
    Map<HeaderCopy, String> problems,
    int epochs,
    long journalBytes) {
  VolumeInspection {
    problems = Map.copyOf(problems);
  }

  /// Reads `file`, which may be in use.
  ///
  /// @throws IOException if it cannot be read, or neither copy of its header is valid
  static VolumeInspection of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Map<HeaderCopy, HeaderImage> images = new EnumMap<>(HeaderCopy.class);
      Map<HeaderCopy, String> problems = new EnumMap<>(HeaderCopy.class);
      for (HeaderCopy copy : HeaderCopy.values()) {
        try {
          images.put(
              copy, HeaderImage.parse(region(channel, copy.offset(), HeaderCopy.BYTES), copy));
        } catch (FormatException e) {
          problems.put(copy, String.valueOf(e.getMessage()));
        }
      }
      HeaderImage newest = newest(file, images, problems);
      images.forEach(
          (copy, image) -> {
            if (!image.sameAs(newest)) {
              problems.put(copy, "header copy %s is out of date".formatted(copy));
            }
          });
      return new VolumeInspection(
          file, newest, problems, epochs(channel, newest), journalBytes(file));
    }
  }

  /// Writes the newest header over the copies that have problems. No key is needed.
  ///
  /// @throws io.blockseal.volume.store.VolumeBusyException if a daemon has the volume open
  void repair() throws IOException {
    try (VolumeFiles files = DirectoryFiles.open(file);
        BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.WRITE)) {
      for (HeaderCopy copy : problems.keySet()) {
        store.write(copy.offset(), ByteBuffer.wrap(header.bytes(copy)));
        store.sync(false);
      }
    }
  }

  private static HeaderImage newest(
      Path file, Map<HeaderCopy, HeaderImage> images, Map<HeaderCopy, String> problems)
      throws IOException {
    @Nullable HeaderImage newest = null;
    for (HeaderImage image : images.values()) {
      if (newest == null || image.header().sequence() > newest.header().sequence()) {
        newest = image;
      }
    }
    if (newest == null) {
      throw new IOException(
          "%s is no volume, or both copies of its header are damaged: %s"
              .formatted(file, String.join("; ", problems.values())));
    }
    return newest;
  }

  private static int epochs(FileChannel channel, HeaderImage header) throws IOException {
    if (header.header().cipher() != CipherSpec.AES_256_GCM) {
      return 0;
    }
    int most = 0;
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      int length = EpochRegion.COPY_BYTES - EpochRegion.HEAD_BYTES;
      byte[] table = region(channel, EpochRegion.entryOffset(copy, 1), length);
      int epochs = 0;
      while (validEpochs(table, epochs + 1).isPresent()) {
        epochs++;
      }
      most = Math.max(most, epochs);
    }
    return most;
  }

  private static Optional<EpochTable> validEpochs(byte[] table, int count) {
    if (count * EpochTable.ENTRY_BYTES > table.length) {
      return Optional.empty();
    }
    try {
      return Optional.of(EpochTable.parse(Arrays.copyOf(table, count * EpochTable.ENTRY_BYTES)));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static long journalBytes(Path file) throws IOException {
    Path journal = Path.of(file + VolumeFile.JOURNAL.suffix());
    return Files.exists(journal) ? Files.size(journal) : 0;
  }

  /// Whatever of the region the file has, up to `length` bytes.
  private static byte[] region(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
      // until it is full or the file ends
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
