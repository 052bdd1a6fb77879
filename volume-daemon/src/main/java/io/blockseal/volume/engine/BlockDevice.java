package io.blockseal.volume.engine;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A disk as its transports see it: a fixed number of bytes that can be read, written, discarded
/// and flushed.
///
/// Offsets and lengths are bytes and need no alignment. A write is durable only after a later
/// [#flush] returned. Every method fails with an [IOException] when the device below fails, and
/// with [UnreadableUnitException] when stored bytes fail their authentication; wrong bytes are
/// never returned. Thread-safe: requests may overlap.
public interface BlockDevice {
  /// The size in bytes. It changes only by growing the volume.
  long sizeBytes();

  /// Whether writes are refused, because it was opened so or because a flush failed before.
  boolean readOnly();

  /// Fills `target` (all of its remaining bytes) from `offset`. If it fails, the content of
  /// `target` is of no meaning.
  ///
  /// @throws IllegalArgumentException if the range does not lie inside the device
  void read(long offset, ByteBuffer target) throws IOException;

  /// Writes all remaining bytes of `source` at `offset`; `source` may be overwritten as scratch.
  void write(long offset, ByteBuffer source) throws IOException;

  /// Makes the range read as zeros and gives its space back where whole units allow it.
  void discard(long offset, long lengthBytes) throws IOException;

  /// Makes every write that returned before this call survive a crash of process or machine.
  void flush() throws IOException;
}
