package io.blockseal.volume.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A volume, open with its key or without, of which snapshots can be taken.
public interface Cuttable {
  /// The header facts.
  VolumeDescription describe();

  /// Cuts the volume as it is now, acknowledged writes included, counting from the last confirmed
  /// snapshot. Takes as long as the requests that run; the chunks go to `sink` later.
  Cut cut(CutSink sink) throws IOException;

  /// As [#cut(CutSink)], but counting from the snapshot `parent`, or from an empty volume if null.
  /// If the engine does not know what changed since then, [Cut#parent] is null and every chunk
  /// counts as changed.
  Cut cut(CutSink sink, @Nullable String parent) throws IOException;

  /// Takes up a cut that a process began which did not live to end it. To be called before anything
  /// is written, on the same boot of the machine.
  ///
  /// @param remaining the chunks that never reached the sink
  /// @throws VolumeChangedException if something was written since the volume was opened
  Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException;
}
