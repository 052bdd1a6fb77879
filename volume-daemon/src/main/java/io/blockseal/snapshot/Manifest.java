package io.blockseal.snapshot;

import io.blockseal.snapshot.ManifestHeader.InvalidHeaderException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/// A snapshot's list of chunks, open for reading: a sparse, sorted map from chunk number to digest.
/// A chunk that it does not name is a hole.
///
/// The file is mapped and not read into the heap; [ManifestHeader], [ManifestPages] and
/// [ManifestFooter] are its three parts. Every page is checked before it is believed. Thread-safe,
/// but [#close] must not race with a use.
public final class Manifest implements Closeable {
  private final Path file;
  private final Arena arena;
  private final MemorySegment bytes;
  private final ManifestHeader.Content header;
  private final long headerBytes;
  private final ManifestFooter footer;

  /// The page that was checked last: walks over the entries check each page once.
  private volatile long intactPage = -1;

  private volatile boolean closed;

  private Manifest(
      Path file,
      Arena arena,
      MemorySegment bytes,
      ManifestHeader.Content header,
      long headerBytes,
      ManifestFooter footer) {
    this.file = file;
    this.arena = arena;
    this.bytes = bytes;
    this.header = header;
    this.headerBytes = headerBytes;
    this.footer = footer;
  }

  /// Opens a manifest and checks its header, its footer and its length.
  ///
  /// @throws ManifestFormatException if it is damaged, cut short or of another version
  public static Manifest open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return parse(file, arena, bytes);
    } catch (InvalidHeaderException e) {
      arena.close();
      throw new ManifestFormatException(file, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /// What the snapshot says of itself.
  public SnapshotFacts facts() {
    return header.facts();
  }

  /// The epoch table of the volume at the moment of the snapshot; the caller owns the array.
  public byte[] epochTable() {
    return header.epochTable();
  }

  /// How many chunks are not holes.
  public long entries() {
    return footer.entries();
  }

  /// How many bytes the chunks that are not holes have in their stored form; chunks that are shared
  /// with other snapshots count in full.
  public long storedBytes() {
    return entries() * facts().geometry().storedChunkBytes();
  }

  /// The entry at place `index` of the list, which ascends by chunk number.
  public ManifestEntry entry(long index) throws IOException {
    if (index < 0 || index >= entries()) {
      throw new IndexOutOfBoundsException(
          "entry %d of manifest %s with %d entries".formatted(index, file, entries()));
    }
    MemorySegment page = page(index / ManifestPages.ENTRIES_PER_PAGE);
    int slot = (int) (index % ManifestPages.ENTRIES_PER_PAGE);
    long chunk = ManifestPages.chunk(page, slot);
    if (chunk < 0) {
      throw new ManifestFormatException(file, "entry %d names chunk %d".formatted(index, chunk));
    }
    return new ManifestEntry(chunk, ManifestPages.digest(page, slot));
  }

  /// The digest of a chunk; empty if it is a hole.
  public Optional<ChunkDigest> find(long chunk) throws IOException {
    long index = indexAtOrAfter(chunk);
    if (index == entries()) {
      return Optional.empty();
    }
    ManifestEntry entry = entry(index);
    return entry.chunk() == chunk ? Optional.of(entry.digest()) : Optional.empty();
  }

  /// The place of the first entry whose chunk number is `chunk` or greater; [#entries] if there is
  /// none.
  public long indexAtOrAfter(long chunk) throws IOException {
    long low = 0;
    long high = entries();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (entry(middle).chunk() < chunk) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Reads the whole file and checks it against a digest that was recorded elsewhere.
  ///
  /// @param recorded what [#digest] said when it was written
  /// @throws ManifestFormatException if it is not the one that was written
  void check(ChunkDigest recorded) throws ManifestFormatException {
    if (!digest().equals(recorded)) {
      throw new ManifestFormatException(
          file, "it is not as it was when the snapshot was completed; put a copy of it back");
    }
  }

  /// The SHA-256 of everything before the footer, as its bytes are now.
  ChunkDigest digest() {
    MessageDigest content = ChunkDigest.sha256();
    long end = bytes.byteSize() - ManifestFooter.BYTES;
    for (long offset = 0; offset < end; offset += ManifestPages.PAGE_BYTES) {
      content.update(bytes.asSlice(offset, ManifestPages.PAGE_BYTES).asByteBuffer());
    }
    return ChunkDigest.of(content.digest());
  }

  /// Reads the whole file and checks it against the digest in its footer, the order of its entries
  /// and the volume's size.
  ///
  /// @throws ManifestFormatException if anything is not as it was written
  public void verify() throws IOException {
    if (!digest().equals(footer.content())) {
      throw new ManifestFormatException(file, "its bytes do not have the digest in its footer");
    }
    long last = -1;
    for (long index = 0; index < entries(); index++) {
      long chunk = entry(index).chunk();
      if (chunk <= last || chunk >= facts().geometry().chunkCount()) {
        throw new ManifestFormatException(
            file, "entry %d names chunk %d behind chunk %d".formatted(index, chunk, last));
      }
      last = chunk;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "Manifest[" + facts().snapshotId() + ", " + entries() + " chunks]";
  }

  private static Manifest parse(Path file, Arena arena, MemorySegment bytes)
      throws InvalidHeaderException, ManifestFormatException {
    long size = bytes.byteSize();
    int headerBytes =
        ManifestHeader.lengthBytes(slice(bytes, 0, Math.min(size, ManifestHeader.ALIGNMENT)));
    if (size < headerBytes + ManifestFooter.BYTES) {
      throw new ManifestFormatException(file, "it ends inside its header");
    }
    ManifestHeader.Content header = ManifestHeader.decode(slice(bytes, 0, headerBytes));
    ManifestFooter footer =
        ManifestFooter.decode(slice(bytes, size - ManifestFooter.BYTES, ManifestFooter.BYTES));
    if (footer == null) {
      throw new ManifestFormatException(file, "it was never finished, or its end is damaged");
    }
    long chunks = header.facts().geometry().chunkCount();
    if (footer.entries() < 0
        || footer.entries() > chunks
        || footer.pages() != ManifestFooter.pagesFor(footer.entries())
        || size != headerBytes + footer.pages() * ManifestPages.PAGE_BYTES + ManifestFooter.BYTES) {
      throw new ManifestFormatException(
          file,
          "its %d bytes do not fit %d entries of %d chunks in %d pages"
              .formatted(size, footer.entries(), chunks, footer.pages()));
    }
    return new Manifest(file, arena, bytes, header, headerBytes, footer);
  }

  private static ByteBuffer slice(MemorySegment bytes, long offset, long length) {
    return bytes.asSlice(offset, length).asByteBuffer();
  }

  private MemorySegment page(long number) throws ManifestFormatException {
    MemorySegment page =
        bytes.asSlice(headerBytes + number * ManifestPages.PAGE_BYTES, ManifestPages.PAGE_BYTES);
    if (intactPage == number) {
      return page;
    }
    int expected =
        (int)
            Math.min(
                ManifestPages.ENTRIES_PER_PAGE,
                footer.entries() - number * ManifestPages.ENTRIES_PER_PAGE);
    if (!ManifestPages.intact(page, number) || ManifestPages.entries(page) != expected) {
      throw new ManifestFormatException(file, "page " + number + " of its entries is damaged");
    }
    intactPage = number;
    return page;
  }
}
