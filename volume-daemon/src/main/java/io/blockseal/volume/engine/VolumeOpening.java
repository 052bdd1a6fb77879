package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.cipher.PageMac;
import io.blockseal.volume.cipher.XtsCipher;
import io.blockseal.volume.format.ChangedChunks;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes volumes and puts open ones together: checks that their files are whole and belong
/// together, and in which state they were left. Confined to the call that opens.
final class VolumeOpening {
  private static final System.Logger LOG = System.getLogger(VolumeOpening.class.getName());

  private final VolumeFiles files;
  private final Closeables resources = new Closeables();
  private final VolumeFiles.Mode mode;

  private VolumeOpening(VolumeFiles files, VolumeFiles.Mode mode) {
    this.files = resources.add(files);
    this.mode = mode;
  }

  /// Fills the empty volume file in `files`; the header comes last.
  static void create(
      VolumeFiles files, VolumeSpec spec, @Nullable SecretBytes dataKey, Tuning tuning)
      throws IOException {
    VolumeHeader header = spec.header();
    Geometry geometry = new Geometry(header.sizeBytes(), header.cipher().tagged());
    if (dataKey == null != !header.cipher().encrypted()) {
      throw new IllegalArgumentException(
          "volume %s has cipher %s, but came %s a data key"
              .formatted(header.volumeId(), header.cipher(), dataKey == null ? "without" : "with"));
    }
    for (VolumeFile companion : VolumeFile.values()) {
      if (companion != VolumeFile.VOLUME) {
        files.delete(companion);
      }
    }
    if (header.sourceSnapshotId() != null) {
      Hydration.create(files, header, geometry.chunkCount());
    }
    files.replace(
        VolumeFile.CHANGED,
        new ChangedChunks(
                header.sequence(), header.volumeId(), header.sourceSnapshotId(), new BitSet())
            .toBytes());
    if (geometry.tagged()) {
      TaggedOpening.createJournal(files, tuning.journalBytes());
    }
    try (BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.WRITE);
        @Nullable SecretBytes macKey = macKey(dataKey, header)) {
      store.resize(geometry.fileBytes());
      if (geometry.tagged()) {
        EpochFile.create(store, spec.epochTable());
      }
      HeaderFile.create(store, header, macKey);
      store.sync(false);
    }
    files.syncNames();
  }

  /// @param files closed with the volume, or when it does not open
  static Volume open(
      VolumeFiles files,
      @Nullable SecretBytes dataKey,
      OpenOptions options,
      SecureRandom random,
      @Nullable Tuning tuning)
      throws IOException {
    return open(files, dataKey, options, random, tuning, null);
  }

  /// As above.
  ///
  /// @param cache null for the one of this process
  static Volume open(
      VolumeFiles files,
      @Nullable SecretBytes dataKey,
      OpenOptions options,
      SecureRandom random,
      @Nullable Tuning tuning,
      @Nullable PageCache cache)
      throws IOException {
    VolumeFiles.Mode mode = options.readOnly() ? VolumeFiles.Mode.READ : VolumeFiles.Mode.WRITE;
    VolumeOpening opening = new VolumeOpening(files, mode);
    try {
      return opening.open(dataKey, options, random, tuning, cache);
    } catch (Throwable e) {
      opening.resources.closeAfter(e);
      throw e;
    }
  }

  /// @param files closed with the volume, or when it does not open
  static SealedVolume openSealed(VolumeFiles files, OpenOptions options) throws IOException {
    VolumeOpening opening = new VolumeOpening(files, VolumeFiles.Mode.READ);
    try {
      return opening.openSealed(options);
    } catch (Throwable e) {
      opening.resources.closeAfter(e);
      throw e;
    }
  }

  private Volume open(
      @Nullable SecretBytes dataKey,
      OpenOptions options,
      SecureRandom random,
      @Nullable Tuning tuning,
      @Nullable PageCache cache)
      throws IOException {
    boolean readOnly = mode == VolumeFiles.Mode.READ;
    if (readOnly) {
      CachedRemains.dropIfPossible(files);
    } else {
      CachedRemains.drop(files);
    }
    BlockStore store = resources.add(files.open(VolumeFile.VOLUME, mode));
    HeaderFile headerFile = HeaderFile.read(store, files.name(), dataKey);
    VolumeHeader header = headerFile.header();
    checkVolumeId(header, options);
    Extent extent = extent(store, header);
    if (readOnly && header.sourceSnapshotId() != null) {
      throw new IOException(
          "volume %s still takes chunks from snapshot %s and cannot be opened for reading only"
              .formatted(files.name(), header.sourceSnapshotId()));
    }
    EpochFile epochs = header.cipher().tagged() ? EpochFile.read(store, files.name()) : null;
    SecretBytes macKey = macKey(dataKey, header);
    if (macKey != null) {
      resources.add(macKey::close);
    }
    Health health = new Health(files.name());
    int epoch = epochs == null ? 0 : epochs.table().lastEpoch();
    CurrentHeader current = new CurrentHeader(headerFile, macKey, health, options.witness(), epoch);
    current.check();
    Hydration hydration = hydration(header, options.backing());
    health.whenLost(hydration::distrust);
    if (!readOnly) {
      current.mend();
    }
    ChangeTracker changes = changes(header, hydration, extent);
    if (!readOnly) {
      files.delete(VolumeFile.CHANGED);
      current.beginSession();
    }
    ChunkLocks locks = new ChunkLocks();
    Content content =
        epochs == null
            ? untagged(new SyncedStore(store, health), extent, dataKey)
            : tagged(
                new TaggedOpening(files, header, store, extent, hydration, epochs, resources),
                new Tagged(
                    header,
                    extent,
                    Objects.requireNonNull(dataKey),
                    health,
                    locks,
                    tuning != null ? tuning : Tuning.forVolume(header.sizeBytes()),
                    random,
                    cache != null ? cache : PageCache.shared(),
                    current));
    resources.add(content.units());
    resources.add(content.homes());
    Medium medium =
        new Medium(
            files.name(),
            extent,
            content.homes(),
            hydration,
            changes,
            locks,
            ScratchPool.SHARED,
            health);
    return new Volume(files, medium, content.units(), current, health, readOnly, resources);
  }

  /// What makes the bytes of a volume.
  private record Content(Homes homes, Units units) {}

  /// What a GCM volume is put together of.
  private record Tagged(
      VolumeHeader header,
      Extent extent,
      SecretBytes dataKey,
      Health health,
      ChunkLocks locks,
      Tuning tuning,
      SecureRandom random,
      PageCache cache,
      CurrentHeader current) {}

  private Content tagged(TaggedOpening opening, Tagged parts) throws IOException {
    PageMac mac = pageMac(parts.dataKey(), parts.header());
    ScratchPool scratches = ScratchPool.SHARED;
    Checkpointer checkpointer =
        mode == VolumeFiles.Mode.READ
            ? null
            : opening.writable(
                parts.health(),
                parts.locks(),
                scratches,
                parts.tuning(),
                parts.random(),
                mac,
                parts.cache(),
                parts.current());
    TaggedHomes homes =
        checkpointer == null
            ? opening.readable(parts.health(), scratches, mac, parts.cache())
            : checkpointer.homes(parts.extent(), scratches);
    Units units =
        new GcmUnits(
            files.name(),
            homes,
            opening.overlay(),
            new EpochCiphers(parts.dataKey(), parts.header().lineageBytes(), opening.epochTable()),
            checkpointer == null ? null : checkpointer.journal(),
            parts.tuning().straightUnits());
    return new Content(homes, units);
  }

  private static Content untagged(SyncedStore home, Extent extent, @Nullable SecretBytes dataKey) {
    home.assumeWritten();
    Units units =
        dataKey == null
            ? new PlainUnits(home)
            : new XtsUnits(home, extent, new XtsCipher(dataKey, Geometry.UNIT_BYTES));
    return new Content(new PlainHomes(home, extent), units);
  }

  private SealedVolume openSealed(OpenOptions options) throws IOException {
    CachedRemains.dropIfPossible(files);
    BlockStore store = resources.add(files.open(VolumeFile.VOLUME, mode));
    VolumeHeader header = HeaderFile.read(store, files.name()).header();
    checkVolumeId(header, options);
    Extent extent = extent(store, header);
    Hydration hydration = hydration(header, options.backing());
    ChangeTracker changes = changes(header, hydration, extent);
    ScratchPool scratches = ScratchPool.SHARED;
    Health health = new Health(files.name());
    Homes homes = new PlainHomes(new SyncedStore(store, health), extent);
    EpochTable epochTable = EpochTable.empty();
    if (header.cipher().tagged()) {
      EpochFile epochs = EpochFile.read(store, files.name());
      TaggedOpening tagged =
          new TaggedOpening(files, header, store, extent, hydration, epochs, resources);
      homes = tagged.sealed(health, scratches);
      epochTable = tagged.epochTable();
    }
    resources.add(homes);
    Medium medium =
        new Medium(
            files.name(), extent, homes, hydration, changes, new ChunkLocks(), scratches, health);
    return new SealedVolume(files, medium, header, epochTable, resources);
  }

  private static void checkVolumeId(VolumeHeader header, OpenOptions options)
      throws ForeignFilesException {
    if (options.volumeId() != null) {
      ForeignFilesException.check(options.volumeId(), header.volumeId());
    }
  }

  private Extent extent(BlockStore store, VolumeHeader header) throws IOException {
    Geometry geometry;
    try {
      geometry = new Geometry(header.sizeBytes(), header.cipher().tagged());
    } catch (IllegalArgumentException e) {
      throw new FormatException("volume %s: %s".formatted(files.name(), e.getMessage()), e);
    }
    if (store.sizeBytes() < geometry.fileBytes()) {
      throw new FormatException(
          "volume %s is cut off: the file has %d bytes, not %d"
              .formatted(files.name(), store.sizeBytes(), geometry.fileBytes()));
    }
    return new Extent(geometry);
  }

  private Hydration hydration(VolumeHeader header, @Nullable Backing backing) throws IOException {
    return header.sourceSnapshotId() == null
        ? Hydration.done()
        : resources.add(Hydration.open(files, header, backing, mode));
  }

  private ChangeTracker changes(VolumeHeader header, Hydration hydration, Extent extent)
      throws IOException {
    Optional<byte[]> noted = files.load(VolumeFile.CHANGED, ChangedChunks.MAX_BYTES);
    if (noted.isPresent()) {
      try {
        ChangedChunks changed = ChangedChunks.parse(noted.get());
        if (changed.sequence() == header.sequence()
            && changed.volumeId().equals(header.volumeId())
            && changed.chunks().length() <= extent.geometry().chunkCount()) {
          return ChangeTracker.from(changed);
        }
      } catch (FormatException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "volume {0}: the note of changed chunks is ignored: {1}",
            files.name(),
            e.getMessage());
      }
    }
    return Medium.unknownChanges(header, hydration, extent.geometry().chunkCount());
  }

  private PageMac pageMac(SecretBytes dataKey, VolumeHeader header) {
    try (SecretBytes key =
        KeyDerivation.tagTreeKey(dataKey, header.lineageBytes(), header.volumeId())) {
      PageMac mac = new PageMac(key);
      resources.add(mac::close);
      return mac;
    }
  }

  private static @Nullable SecretBytes macKey(@Nullable SecretBytes dataKey, VolumeHeader header) {
    return dataKey == null ? null : KeyDerivation.headerMacKey(dataKey, header.lineageBytes());
  }
}
