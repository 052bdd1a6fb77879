package io.blockseal.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Immutable chunks, each found under the digest of its stored bytes.
///
/// Whoever stores the same bytes twice stores them once. A chunk is either there whole or not at
/// all: a crash never leaves a part of one under its name, and every read checks the digest, so a
/// chunk that was altered behind the store's back is an error and never wrong bytes. Thread-safe.
public interface ChunkStore extends Closeable {
  /// Stores what remains in `stored`, whose position stays, unless it is there already. It can be
  /// read at once and is durable after the next [#sync]. Called with locks of a volume held, so it
  /// waits for nothing that may take long.
  ///
  /// @param digest the digest of `stored`, which the caller has computed
  /// @return whether the chunk was not there before
  boolean put(ChunkDigest digest, ByteBuffer stored) throws IOException;

  /// Fills `target`, all of its remaining bytes, with a chunk of exactly that length. What `target`
  /// holds after an exception is undefined, and its position has not moved.
  ///
  /// @throws ChunkUnreadableException if the chunk is not there, has another length or other bytes
  void get(ChunkDigest digest, ByteBuffer target) throws IOException;

  /// Whether the chunk is there; says nothing of its bytes.
  boolean contains(ChunkDigest digest) throws IOException;

  /// Removes a chunk that nobody refers to any more.
  ///
  /// @return whether it was there
  boolean delete(ChunkDigest digest) throws IOException;

  /// Syncs if many chunks wait for it. To be called between puts, with no lock held.
  void relieve() throws IOException;

  /// Makes every chunk whose [#put] returned before this call, whoever called it, survive a crash
  /// of the machine. If the system cannot write what it was given, that is final: the store refuses
  /// further puts until it is opened anew, because the system does not say which chunks it lost.
  void sync() throws IOException;

  /// Calls `visitor` with every chunk that was there when the call began and was not deleted since,
  /// in no particular order.
  void forEach(Consumer<ChunkDigest> visitor) throws IOException;
}
