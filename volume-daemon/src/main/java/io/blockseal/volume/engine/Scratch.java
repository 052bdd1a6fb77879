package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The off-heap memory that one request works in. Confined to the request that borrowed it.
final class Scratch {
  /// The longest piece of a request that is served at once: what is encrypted is still in the
  /// core's cache when it is written.
  static final int MAX_PIECE_UNITS = (128 << 10) / Geometry.UNIT_BYTES;

  /// The units of a chunk, in a piece that begins and ends inside units.
  private static final int DATA_BYTES = Geometry.CHUNK_BYTES + 2 * Geometry.UNIT_BYTES;

  private static final int STORED_BYTES = Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES;

  private static final int FIRST_DATA_BYTES = MAX_PIECE_UNITS * Geometry.UNIT_BYTES;

  private ByteBuffer data = direct(FIRST_DATA_BYTES);
  private final ByteBuffer tagPage = direct(Geometry.TAG_PAGE_BYTES);
  private final ByteBuffer node = direct(Geometry.TAG_PAGE_BYTES);
  private final long[] places = new long[Geometry.UNITS_PER_CHUNK];
  private @Nullable ByteBuffer stored;
  private ByteBuffer entry = direct(0);
  private ByteBuffer entryRecords = entry;
  private ByteBuffer entryContent = entry;

  /// Room for the first `lengthBytes` of a piece; no other call hands out the same memory.
  ByteBuffer data(int lengthBytes) {
    if (data.capacity() < lengthBytes) {
      data = direct(DATA_BYTES);
    }
    return data.clear().limit(lengthBytes);
  }

  /// Room for one tag page.
  ByteBuffer tagPage() {
    return tagPage.clear();
  }

  /// Room for one node of the tag tree, used by who looks for a tag page.
  ByteBuffer node() {
    return node.clear();
  }

  /// Room for the places of the units of one chunk.
  long[] places() {
    return places;
  }

  /// Room for `lengthBytes` of a stored chunk.
  ByteBuffer stored(int lengthBytes) {
    if (stored == null) {
      stored = direct(STORED_BYTES);
    }
    return stored.clear().limit(lengthBytes);
  }

  /// Room for a stored chunk with its tag page.
  ByteBuffer stored() {
    return stored(STORED_BYTES);
  }

  /// Room for one journal entry with the units of a whole chunk.
  ByteBuffer entry(int capacityBytes) {
    if (entry.capacity() < capacityBytes) {
      entry = direct(capacityBytes);
      entryRecords = entry.duplicate();
      entryContent = entry.duplicate();
    }
    return entry.clear();
  }

  /// The memory of [#entry], with a position of its own, for who writes the records.
  ByteBuffer entryRecords() {
    return entryRecords.clear();
  }

  /// As [#entryRecords], for who writes the ciphertext.
  ByteBuffer entryContent() {
    return entryContent.clear();
  }

  private static ByteBuffer direct(int lengthBytes) {
    return ByteBuffer.allocateDirect(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
