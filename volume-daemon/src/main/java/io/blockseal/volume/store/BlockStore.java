package io.blockseal.volume.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A row of bytes on some medium, read and written at positions.
///
/// What a crash of the machine may do to writes after the last [#sync]: each 512-byte sector is old
/// or new, in any combination and any order. A crash of the process alone loses nothing that was
/// written. Thread-safe.
public interface BlockStore extends Closeable {
  /// Fills `target` (all of its remaining bytes) from `offset`; bytes that were never written, and
  /// bytes beyond the end, are zeros.
  void read(long offset, ByteBuffer target) throws IOException;

  /// Writes all remaining bytes of `source` at `offset`, and grows the store if they reach beyond
  /// its end. After a failure any part of them may have been written.
  void write(long offset, ByteBuffer source) throws IOException;

  /// Makes every write, hole and growth that happened before this call survive a crash of the
  /// machine. After a failure nobody knows which of them do, and trying again proves nothing.
  ///
  /// @param dataOnly whether times and the like may stay behind (`fdatasync`); what is needed to
  ///   read the bytes back is always included
  void sync(boolean dataOnly) throws IOException;

  /// Begins to make a range durable that was just written and that a [#sync] will soon ask for. A
  /// hint: it promises nothing, and what fails of it is told by the [#sync].
  default void expectSync(long offset, long lengthBytes) {
    // A store that can begin nothing leaves everything to the sync.
  }

  /// Makes everything written before durable, as [#sync] does, and has what is read from now on
  /// come from the medium as far as the system can: what an earlier sync failed to write may be in
  /// its memory still, where no later sync writes it.
  void dropCached() throws IOException;

  /// Makes the range read as zeros and gives its space back as far as the medium can.
  void punchHole(long offset, long lengthBytes) throws IOException;

  /// The first offset from `offset` on that may hold anything but a hole, or -1 if there is none.
  long nextData(long offset) throws IOException;

  long sizeBytes() throws IOException;

  /// Sets the end to `sizeBytes`: longer by a hole, or cut off.
  void resize(long sizeBytes) throws IOException;

  /// Releases the medium, after the calls that still run. Closing twice does nothing.
  @Override
  void close() throws IOException;
}
