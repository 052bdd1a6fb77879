package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The two header copies of one volume file.
///
/// A change writes one copy, syncs, writes the other, syncs; the copy that is no good or older goes
/// first, so that a good one is there at every moment. Confined to one caller at a time.
final class HeaderFile {
  private static final System.Logger LOG = System.getLogger(HeaderFile.class.getName());

  private final BlockStore store;
  private HeaderImage current;
  private HeaderCopy writtenFirst;

  /// Whether the copy that is written first is no good, or another one than the current.
  private boolean differing;

  /// Whether the copies are known to be alike on the disk, not just in the memory of the system.
  private boolean settled;

  private HeaderFile(
      BlockStore store,
      HeaderImage current,
      HeaderCopy writtenFirst,
      boolean differing,
      boolean settled) {
    this.store = store;
    this.current = current;
    this.writtenFirst = writtenFirst;
    this.differing = differing;
    this.settled = settled;
  }

  /// Writes the first header of a new volume.
  static void create(BlockStore store, VolumeHeader header, @Nullable SecretBytes macKey)
      throws IOException {
    HeaderImage image = HeaderImage.of(header, macKey);
    new HeaderFile(store, image, HeaderCopy.A, true, true).write(image, () -> store.sync(true));
  }

  /// Reads the newest valid copy, without a key.
  static HeaderFile read(BlockStore store, String name) throws IOException {
    return choose(store, name, null);
  }

  /// Reads the newest copy that is valid and that somebody with `dataKey` wrote.
  ///
  /// @param dataKey null for a volume that is not encrypted
  static HeaderFile read(BlockStore store, String name, @Nullable SecretBytes dataKey)
      throws IOException {
    return choose(store, name, image -> checkAuthentic(image, dataKey, name));
  }

  /// The header as it stands.
  VolumeHeader header() {
    return current.header();
  }

  /// Writes both copies anew from the current header, also if they look alike: one whose sync
  /// failed may be read from the memory of the system, which never writes it by itself any more. To
  /// be called with a header that was read with its key: without, nobody knows which one is
  /// authentic.
  ///
  /// @param health suffers if a sync fails
  /// @return the copy that was no good, or another one than the current; null if both were alike
  @Nullable HeaderCopy mend(Health health) throws IOException {
    HeaderCopy mended = differing ? writtenFirst : null;
    settle(() -> health.attempt(() -> store.sync(true)));
    return mended;
  }

  /// Puts `header` in the place of the current one, durably. After a failure the file holds either,
  /// and the next try begins with the copy that may be no good.
  ///
  /// @param health suffers if a sync fails
  void replace(VolumeHeader header, @Nullable SecretBytes macKey, Health health)
      throws IOException {
    write(HeaderImage.of(header, macKey), () -> health.attempt(() -> store.sync(true)));
  }

  /// Rewrites the copy that is no good from the one that is, without a key. A copy that is merely
  /// older is left alone: which one is authentic, only the key tells.
  ///
  /// @return the copy that was rewritten; null if both are good
  static @Nullable HeaderCopy repair(BlockStore store, String name) throws IOException {
    Map<HeaderCopy, Copy> copies = copies(store);
    HeaderImage a = found(copies, HeaderCopy.A).image();
    HeaderImage b = found(copies, HeaderCopy.B).image();
    if (a != null && b != null) {
      return null;
    }
    HeaderImage good = a != null ? a : b;
    if (good == null) {
      throw new FormatException(
          "volume %s has no valid header to repair from: %s; %s"
              .formatted(
                  name,
                  found(copies, HeaderCopy.A).defect(),
                  found(copies, HeaderCopy.B).defect()));
    }
    HeaderCopy bad = a == null ? HeaderCopy.A : HeaderCopy.B;
    store.write(bad.offset(), ByteBuffer.wrap(good.bytes(bad)));
    store.sync(true);
    return bad;
  }

  /// What each copy holds: an image or why there is none.
  static Map<HeaderCopy, Copy> copies(BlockStore store) throws IOException {
    Map<HeaderCopy, Copy> copies = new EnumMap<>(HeaderCopy.class);
    for (HeaderCopy copy : HeaderCopy.values()) {
      byte[] region = new byte[HeaderCopy.BYTES];
      store.read(copy.offset(), ByteBuffer.wrap(region));
      try {
        copies.put(copy, new Copy(HeaderImage.parse(region, copy), null));
      } catch (FormatException e) {
        copies.put(copy, new Copy(null, e.getMessage()));
      }
    }
    return copies;
  }

  /// One copy, as found.
  ///
  /// @param image null if the copy is no good
  /// @param defect what is wrong with it; null if it is good
  record Copy(@Nullable HeaderImage image, @Nullable String defect) {}

  /// A reason to refuse an image.
  private interface Check {
    void accept(HeaderImage image) throws IOException;
  }

  private static HeaderFile choose(BlockStore store, String name, @Nullable Check check)
      throws IOException {
    Map<HeaderCopy, Copy> copies = copies(store);
    List<HeaderCopy> valid = new ArrayList<>();
    List<String> defects = new ArrayList<>();
    for (HeaderCopy copy : HeaderCopy.values()) {
      Copy found = found(copies, copy);
      if (found.image() == null) {
        defects.add(String.valueOf(found.defect()));
      } else {
        valid.add(copy);
      }
    }
    valid.sort(
        Comparator.comparingLong((HeaderCopy copy) -> sequence(copies, copy))
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    IOException refusal = null;
    for (HeaderCopy copy : valid) {
      HeaderImage image = image(copies, copy);
      try {
        if (check != null) {
          check.accept(image);
        }
        return chosen(store, name, copies, copy, image);
      } catch (IOException e) {
        refusal = refusal == null ? e : refusal;
      }
    }
    throw refusal != null
        ? refusal
        : new FormatException(
            "volume %s has no valid header: %s".formatted(name, String.join("; ", defects)));
  }

  private static HeaderFile chosen(
      BlockStore store,
      String name,
      Map<HeaderCopy, Copy> copies,
      HeaderCopy copy,
      HeaderImage image) {
    HeaderCopy other = other(copy);
    HeaderImage otherImage = found(copies, other).image();
    boolean same = otherImage != null && otherImage.sameAs(image);
    if (!same) {
      LOG.log(
          System.Logger.Level.WARNING,
          "volume {0}: header copy {1} is used, copy {2} can be repaired from it ({3})",
          name,
          copy,
          other,
          otherImage == null ? found(copies, other).defect() : "it differs");
    }
    return new HeaderFile(store, image, same ? HeaderCopy.A : other, !same, false);
  }

  private static void checkAuthentic(HeaderImage image, @Nullable SecretBytes dataKey, String name)
      throws FormatException {
    VolumeHeader header = image.header();
    if (header.cipher().encrypted() != (dataKey != null)) {
      throw new FormatException(
          "volume %s has cipher %s, but was opened %s a data key"
              .formatted(name, header.cipher(), dataKey == null ? "without" : "with"));
    }
    if (dataKey == null) {
      return;
    }
    try (SecretBytes macKey = KeyDerivation.headerMacKey(dataKey, header.lineageBytes())) {
      if (!image.authentic(macKey)) {
        throw new FormatException(
            "volume %s: the header fails its authentication: it was altered, or the data key is"
                    .formatted(name)
                + " not that of this volume");
      }
    }
  }

  /// The copy that holds the current header goes first: if it is not durable, the other one is, and
  /// if it is, the same bytes once more take nothing from it.
  private void settle(Health.Sync sync) throws IOException {
    put(current, other(writtenFirst), sync);
    put(current, writtenFirst, sync);
    differing = false;
    settled = true;
  }

  private void write(HeaderImage image, Health.Sync sync) throws IOException {
    if (!settled) {
      settle(sync);
    }
    differing = true;
    for (int written = 0; written < HeaderCopy.values().length; written++) {
      put(image, writtenFirst, sync);
      writtenFirst = other(writtenFirst);
    }
    current = image;
    differing = false;
  }

  private void put(HeaderImage image, HeaderCopy copy, Health.Sync sync) throws IOException {
    store.write(copy.offset(), ByteBuffer.wrap(image.bytes(copy)));
    sync.run();
  }

  private static HeaderCopy other(HeaderCopy copy) {
    return copy == HeaderCopy.A ? HeaderCopy.B : HeaderCopy.A;
  }

  private static Copy found(Map<HeaderCopy, Copy> copies, HeaderCopy copy) {
    return java.util.Objects.requireNonNull(copies.get(copy));
  }

  private static HeaderImage image(Map<HeaderCopy, Copy> copies, HeaderCopy copy) {
    return java.util.Objects.requireNonNull(found(copies, copy).image());
  }

  private static long sequence(Map<HeaderCopy, Copy> copies, HeaderCopy copy) {
    return image(copies, copy).header().sequence();
  }
}
