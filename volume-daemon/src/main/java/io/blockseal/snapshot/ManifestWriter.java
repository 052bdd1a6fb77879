package io.blockseal.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// Writes one manifest from front to back; memory is one buffer however large the snapshot is.
///
/// A manifest that was closed without [#finish] has no footer and cannot be opened. Confined to one
/// thread.
final class ManifestWriter implements Closeable {
  /// How much is gathered for one write.
  private static final int PAGES_PER_WRITE = 64;

  private final Path file;
  private final FileChannel channel;
  private final MessageDigest content = ChunkDigest.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(PAGES_PER_WRITE * ManifestPages.PAGE_BYTES);
  private final long chunkCount;

  private int slot;
  private long pages;
  private long entries;
  private long lastChunk = -1;

  private ManifestWriter(Path file, FileChannel channel, SnapshotFacts facts) {
    this.file = file;
    this.channel = channel;
    this.chunkCount = facts.geometry().chunkCount();
  }

  /// Begins a manifest in `file`, replacing what was there.
  static ManifestWriter create(Path file, SnapshotFacts facts, byte[] epochTable)
      throws IOException {
    ByteBuffer header = ManifestHeader.encode(facts, epochTable);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    ManifestWriter writer = new ManifestWriter(file, channel, facts);
    try {
      writer.append(header);
      return writer;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Adds a chunk that is not a hole; the numbers must ascend.
  void add(long chunk, ChunkDigest digest) throws IOException {
    if (chunk <= lastChunk || chunk >= chunkCount) {
      throw new IllegalArgumentException(
          "chunk %d follows chunk %d in manifest %s of %d chunks"
              .formatted(chunk, lastChunk, file, chunkCount));
    }
    ManifestPages.putEntry(page(), slot, chunk, digest);
    lastChunk = chunk;
    entries++;
    slot++;
    if (slot == ManifestPages.ENTRIES_PER_PAGE) {
      endPage();
    }
  }

  /// Writes the rest and makes the bytes of the file durable; its name is up to the caller.
  void finish() throws IOException {
    if (slot > 0) {
      endPage();
    }
    writePages();
    ChunkDigest digest = ChunkDigest.of(content.digest());
    DurableFiles.writeFully(channel, new ManifestFooter(entries, pages, digest).encode());
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void endPage() throws IOException {
    ManifestPages.seal(page(), pages, slot);
    pages++;
    slot = 0;
    buffer.position(buffer.position() + ManifestPages.PAGE_BYTES);
    if (!buffer.hasRemaining()) {
      writePages();
    }
  }

  private void writePages() throws IOException {
    append(buffer.flip());
    buffer.clear();
    MemorySegment.ofArray(buffer.array()).fill((byte) 0);
  }

  private void append(ByteBuffer bytes) throws IOException {
    content.update(bytes.duplicate());
    DurableFiles.writeFully(channel, bytes);
  }

  private MemorySegment page() {
    return MemorySegment.ofArray(buffer.array())
        .asSlice(buffer.position(), ManifestPages.PAGE_BYTES);
  }
}
