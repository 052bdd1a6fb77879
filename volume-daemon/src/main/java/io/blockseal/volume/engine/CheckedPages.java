package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.PageMac;
import io.blockseal.volume.cipher.UnitRecord;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Tag pages of one open volume that are what its tag tree says, or suspect.
///
/// The tree is ahead of the homes: a checkpoint writes it first, and the pages after it. Until they
/// are all home, the generations of the overlay that the tree knows are laid over a page before it
/// is compared; so it is right whether it is at home already, not yet, or torn in between. A page
/// that fails reads as one of suspect records ([UnitRecord]), over which later writes go as over
/// any other. Thread-safe.
final class CheckedPages implements TagPages {
  private static final int PAGE = Geometry.TAG_PAGE_BYTES;
  private static final int RECORD = UnitRecord.BYTES;

  private final SyncedStore home;
  private final Extent extent;
  private final Overlay overlay;
  private final PageMac mac;
  private final Adoptions adoptions;
  private final PageCache cache;
  private final TagTree tree;
  private final long owner = PageCache.newOwner();

  /// Changes with one write, so that whoever reads it once sees root and generations that belong
  /// together.
  private volatile Version version;

  /// @param generations of the overlay, as bits: those that the tree knows of while their records
  ///   may not be home
  CheckedPages(
      SyncedStore home,
      Extent extent,
      Overlay overlay,
      PageMac mac,
      Adoptions adoptions,
      PageCache cache,
      byte[] root,
      int generations) {
    this.home = home;
    this.extent = extent;
    this.overlay = overlay;
    this.mac = mac;
    this.adoptions = adoptions;
    this.cache = cache;
    tree = new TagTree(home, mac, cache, owner);
    version = new Version(root, generations);
  }

  private static final class Version {
    final byte[] root;
    final int generations;

    Version(byte[] root, int generations) {
      this.root = root;
      this.generations = generations;
    }
  }

  @Override
  public void load(long chunk, int first, int count, Scratch scratch) throws IOException {
    ByteBuffer page = scratch.tagPage();
    int cached = cache.get(owner, 0, chunk, null, first * RECORD, count * RECORD, page);
    if (cached == PageCache.ABSENT) {
      loadFromHome(chunk, scratch);
    }
  }

  /// Fills [Scratch#tagPage] with the whole page of `chunk`, as the tree and the generations that
  /// it knows have it. The caller is the only one who brings pages home.
  ///
  /// @return whether the page is authentic; if not, it is suspect
  boolean loadLatest(long chunk, Scratch scratch) throws IOException {
    ByteBuffer page = scratch.tagPage();
    if (cache.get(owner, 0, chunk, null, 0, PAGE, page) == PageCache.ABSENT) {
      return loadFromHome(chunk, scratch);
    }
    overlay.apply(version.generations, chunk, page);
    return true;
  }

  /// What the page of `chunk` must be by what is known now: a MAC, or as in [Macs].
  byte[] expected(long chunk, Scratch scratch) throws IOException {
    return expected(version, chunk, scratch);
  }

  /// What the tree alone says of the page of `chunk`.
  byte[] leaf(long chunk, Scratch scratch) throws IOException {
    return tree.leaf(version.root, chunk, scratch.node());
  }

  /// The MAC of a page of `chunk`, at `offset` of `pages`.
  byte[] mac(long chunk, ByteBuffer pages, int offset) {
    return mac.of(0, chunk, pages, offset);
  }

  /// Begins a new version of the tree.
  TagTreeUpdate update() {
    return new TagTreeUpdate(tree, version.root);
  }

  /// A new version counts, which knows one more generation of the overlay.
  ///
  /// @param generation -1 for none
  void turnTo(byte[] root, int generation) {
    int known = generation < 0 ? 0 : Overlay.bit(generation);
    version = new Version(root, version.generations | known);
  }

  /// Whether the tree knows what this generation says.
  boolean knows(int generation) {
    return (version.generations & Overlay.bit(generation)) != 0;
  }

  /// Every record of a generation is home.
  void forget(int generation) {
    version = new Version(version.root, version.generations & ~Overlay.bit(generation));
  }

  byte[] root() {
    return version.root;
  }

  /// The page of `chunk` was written home and is authentic. The caller holds its exclusive lock, or
  /// is the only one who brings pages home.
  void keep(long chunk, byte[] expected, ByteBuffer pages, int offset) {
    cache.put(owner, 0, chunk, expected, 0, pages, offset);
  }

  /// The page of `chunk` changed and is not to be kept.
  void drop(long chunk) {
    cache.remove(owner, 0, chunk);
  }

  private boolean loadFromHome(long chunk, Scratch scratch) throws IOException {
    Version current = version;
    ByteBuffer page = scratch.tagPage();
    home.read(extent.geometry().tagPageHome(chunk), page);
    overlay.apply(current.generations, chunk, page);
    byte[] expected = expected(current, chunk, scratch);
    boolean authentic = matches(chunk, page, expected);
    if (!authentic) {
      UnitRecord.makeSuspect(page, Geometry.UNITS_PER_CHUNK);
      overlay.apply(current.generations, chunk, page);
      authentic = matches(chunk, page, expected);
    }
    if (authentic) {
      cache.put(owner, 0, chunk, expected, 0, page, 0);
    }
    return authentic;
  }

  private byte[] expected(Version current, long chunk, Scratch scratch) throws IOException {
    byte[] leaf = tree.leaf(current.root, chunk, scratch.node());
    return Macs.isUnwritten(leaf) ? adoptions.leaf(chunk, mac, scratch) : leaf;
  }

  private boolean matches(long chunk, ByteBuffer page, byte[] expected) {
    if (Macs.isUnwritten(expected)) {
      return ZeroBytes.at(page, 0, PAGE);
    }
    return !Macs.isLost(expected) && Macs.same(mac.of(0, chunk, page, 0), expected);
  }
}
