package io.blockseal.snapshot;

import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import io.blockseal.volume.engine.SealedVolume;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeDescription;
import java.io.Closeable;
import java.io.IOException;

/// A volume of which a snapshot is taken, with its key or without. Closing it says that the
/// snapshot needs it no more.
public interface CutSource extends Closeable {
  VolumeDescription describe();

  /// Cuts the volume as it is now, counting from the last snapshot that it knows of.
  Cut cut(CutSink sink) throws IOException;

  /// Cuts the volume as it is now, counting from an empty volume.
  Cut cutWhole(CutSink sink) throws IOException;

  /// Takes up a cut that was not finished when the volume was closed or its process died.
  Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException;

  /// An attached volume, which stays open when the snapshot is done.
  static CutSource of(Volume volume) {
    return new CutSource() {
      @Override
      public VolumeDescription describe() {
        return volume.describe();
      }

      @Override
      public Cut cut(CutSink sink) throws IOException {
        return volume.cut(sink);
      }

      @Override
      public Cut cutWhole(CutSink sink) throws IOException {
        return volume.cut(sink, null);
      }

      @Override
      public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
        return volume.resumeCut(remaining, sink);
      }

      @Override
      public void close() {}
    };
  }

  /// A detached volume, which is closed when the snapshot is done.
  static CutSource of(SealedVolume volume) {
    return new CutSource() {
      @Override
      public VolumeDescription describe() {
        return volume.describe();
      }

      @Override
      public Cut cut(CutSink sink) throws IOException {
        return volume.cut(sink);
      }

      @Override
      public Cut cutWhole(CutSink sink) throws IOException {
        return volume.cut(sink, null);
      }

      @Override
      public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
        return volume.resumeCut(remaining, sink);
      }

      @Override
      public void close() throws IOException {
        volume.close();
      }
    };
  }
}
