package io.blockseal.volume.engine;

import io.blockseal.volume.format.EpochTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The readable bytes of a volume: what its cipher makes of the stored units.
///
/// Ranges are pieces of a request as [#pieceBytes] cuts them, inside the volume. The caller holds
/// the locks of their chunks: shared to read, exclusive to change. Thread-safe for different
/// chunks.
interface Units extends Closeable {
  /// How many bytes of a request for `lengthBytes` at `offset` are served at once: as many as there
  /// are, or up to the end of a unit.
  int pieceBytes(long offset, long lengthBytes);

  /// Waits until what a change of a piece of `lengthBytes` needs is there, and keeps it for the
  /// caller until [#dismiss]. Called with no lock held.
  ///
  /// @return what is to be given to [#dismiss]
  long admit(long offset, int lengthBytes) throws IOException;

  /// Gives back what [#admit] kept and the change did not use.
  void dismiss(long admitted);

  /// Fills `target` from `offset`.
  void read(long offset, ByteBuffer target, Scratch scratch) throws IOException;

  /// Does what a write of `source` at `offset` does not need the locks for, and leaves `source` as
  /// it is. Called with no lock held, before [#write] with the same arguments.
  void prepare(long offset, ByteBuffer source, Scratch scratch);

  /// Writes `source` at `offset`, for which it was prepared.
  void write(long offset, ByteBuffer source, Scratch scratch) throws IOException;

  /// Makes the range read as zeros, and its whole units holes.
  void discard(long offset, int lengthBytes, Scratch scratch) throws IOException;

  /// The epochs that the stored chunks need; empty for other ciphers than GCM.
  EpochTable epochTable();

  /// Forgets the keys.
  @Override
  void close();
}
