package io.blockseal.volume.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where the chunks of a [Cut] go. Thread-safe.
public interface CutSink {
  /// Takes the stored form of one chunk as it was at the moment of the cut.
  ///
  /// Called exactly once for every chunk of [Cut#changed]: on the thread that copies or, if
  /// somebody writes to the chunk before it was copied, on the writer's thread before the write
  /// proceeds. It may block; requests to the same chunk wait meanwhile. What must outlive a crash
  /// of the process has to be written when it returns. A failure ends the cut, not the write.
  ///
  /// @param stored tag page (if the cipher has any) and units, valid during the call; null if the
  ///   chunk is a hole
  void chunk(long chunk, @Nullable ByteBuffer stored) throws IOException;

  /// Says that the cut is lost, because a chunk could not be read or [#chunk] failed. Called before
  /// the chunk concerned changes, so what is noted here is there before the volume goes on without
  /// the cut; must not throw.
  default void lost(Throwable reason) {}
}
