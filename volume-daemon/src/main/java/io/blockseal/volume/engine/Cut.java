package io.blockseal.volume.engine;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One moment in the life of a volume, kept until its changed chunks have been copied: what a
/// snapshot is taken from.
///
/// A snapshot that holds the chunks of [#parent] and, over them, those of [#changed] is the exact
/// state of the volume at that moment. Copies go to the [CutSink] that the cut was made with.
/// Thread-safe.
public interface Cut extends Closeable {
  /// The snapshot that [#changed] counts from; null if it counts from an empty volume, so that
  /// chunks outside it are holes.
  @Nullable String parent();

  /// Every chunk that may differ from [#parent], holes among them; all of the volume's chunks if
  /// the engine cannot know better, as after an unclean stop. It never shrinks.
  ChunkSet changed();

  /// Hands every changed chunk that nobody has copied yet to the sink, then returns.
  ///
  /// @throws IOException if the sink or the volume failed, now or on a writer's thread before: the
  ///   cut is of no use then
  void copyRemaining(ProgressListener listener) throws IOException;

  /// The epoch table (the form of `EpochTable`) that the chunks need; empty for other ciphers than
  /// GCM.
  byte[] epochTable();

  /// The size of the volume at that moment.
  long sizeBytes();

  /// The header facts at that moment.
  VolumeDescription description();

  /// Whether the cut can be taken up again once it is closed, by [Cuttable#resumeCut]: no chunk was
  /// lost, and either all are copied or the volume is closed and no sync of it failed, so that the
  /// others stay what they are.
  boolean resumable();

  /// Says that the copies are safe under the name `snapshotId`: later cuts count from it. A cut
  /// that is closed without this is forgotten, and later cuts include its chunks.
  void confirm(String snapshotId);

  /// Ends the cut; chunks not copied yet are lost to it. Closing twice does nothing.
  @Override
  void close();
}
