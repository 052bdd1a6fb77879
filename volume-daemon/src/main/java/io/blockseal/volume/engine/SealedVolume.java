package io.blockseal.volume.engine;

import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A volume that is open without its key: its bytes stay encrypted, but snapshots can be taken of
/// it. Made by [Volume#openSealed]. Thread-safe.
public final class SealedVolume implements Cuttable, Closeable {
  private final VolumeFiles files;
  private final Medium medium;
  private final VolumeHeader header;
  private final EpochTable epochTable;
  private final Closeables resources;

  SealedVolume(
      VolumeFiles files,
      Medium medium,
      VolumeHeader header,
      EpochTable epochTable,
      Closeables resources) {
    this.files = files;
    this.medium = medium;
    this.header = header;
    this.epochTable = epochTable;
    this.resources = resources;
  }

  /// The header facts, whose authenticity nobody has checked.
  @Override
  public VolumeDescription describe() {
    return VolumeDescription.of(header);
  }

  @Override
  public Cut cut(CutSink sink) throws IOException {
    return medium.cut(sink, this::facts);
  }

  @Override
  public Cut cut(CutSink sink, @Nullable String parent) throws IOException {
    return medium.cutFrom(parent, sink, this::facts);
  }

  @Override
  public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
    return medium.resumeCut(remaining, sink, this::facts);
  }

  /// Makes durable what a killed process may have left to the system, notes what changed since the
  /// last confirmed snapshot, and lets the volume go. Cuts that are not done fail. Closing twice
  /// does nothing.
  @Override
  public void close() throws IOException {
    if (!medium.shut()) {
      return;
    }
    try {
      syncContent();
      files.replace(
          VolumeFile.CHANGED,
          medium.changes().note(header.sequence(), header.volumeId()).toBytes());
    } catch (Throwable e) {
      resources.closeAfter(e);
      throw e;
    }
    resources.close();
  }

  /// A snapshot holds what was there to be read, durable or not. What a loss of power takes back
  /// would differ from it, though the note says that nothing changed since.
  private void syncContent() throws IOException {
    for (VolumeFile file : List.of(VolumeFile.VOLUME, VolumeFile.JOURNAL, VolumeFile.HYDRATION)) {
      if (files.exists(file)) {
        try (BlockStore store = files.open(file, VolumeFiles.Mode.WRITE)) {
          store.sync(true);
        }
      }
    }
  }

  private PendingCut.Facts facts() {
    return new PendingCut.Facts(describe(), epochTable);
  }
}
