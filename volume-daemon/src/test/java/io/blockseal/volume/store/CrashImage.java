package io.blockseal.volume.store;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A disk at the moment at which its power goes, and everything that may become of it: each 4 KiB
/// block that was written and not synced may be kept, lost or torn at its sectors, a file may have
/// lost its end, or its name. Immutable.
public final class CrashImage {
  /// What is lost or kept as one.
  public static final int BLOCK_BYTES = 4096;

  private static final long SIZE = -1;
  private static final long NAME = -2;

  private final int atomBytes;
  private final Map<VolumeFile, MemoryFile> files;
  private final List<Doubt> doubts = new ArrayList<>();

  /// One thing that was not synced.
  ///
  /// @param block which block of the file; negative for its end and its name
  /// @param fates what may become of it, the first of them [Fate#KEPT]
  public record Doubt(VolumeFile file, long block, List<Fate> fates) {
    /// Where it is in the file; negative for its end and its name.
    public long offset() {
      return block < 0 ? block : block * BLOCK_BYTES;
    }

    @Override
    public String toString() {
      return block == SIZE
          ? file + " size"
          : block == NAME ? file + " name" : "%s@%d".formatted(file, offset());
    }
  }

  /// @param files owned by this
  CrashImage(int atomBytes, Map<VolumeFile, MemoryFile> files, Set<VolumeFile> unnamed) {
    this.atomBytes = atomBytes;
    this.files = files;
    files.forEach(
        (name, file) -> {
          if (unnamed.contains(name)) {
            doubts.add(new Doubt(name, NAME, List.of(Fate.KEPT, Fate.LOST)));
          }
          for (long block : file.unsynced(BLOCK_BYTES)) {
            boolean tears = file.unsyncedAtoms(block, BLOCK_BYTES) > 1;
            doubts.add(
                new Doubt(
                    name,
                    block,
                    tears
                        ? List.of(Fate.KEPT, Fate.LOST, Fate.TORN, Fate.TORN_OTHERWISE)
                        : List.of(Fate.KEPT, Fate.LOST)));
          }
          if (file.unsyncedSize()) {
            doubts.add(new Doubt(name, SIZE, List.of(Fate.KEPT, Fate.LOST)));
          }
        });
  }

  /// What was not synced.
  public List<Doubt> doubts() {
    return List.copyOf(doubts);
  }

  /// The disk afterwards.
  ///
  /// @param fates one for each of [#doubts]
  public MemoryDisk after(List<Fate> fates) {
    Map<VolumeFile, MemoryFile> left = new EnumMap<>(VolumeFile.class);
    files.forEach((name, file) -> left.put(name, file.image()));
    for (int i = 0; i < fates.size(); i++) {
      Doubt doubt = doubts.get(i);
      MemoryFile file = left.get(doubt.file());
      if (fates.get(i) == Fate.KEPT || file == null) {
        continue;
      }
      if (doubt.block() == NAME) {
        left.remove(doubt.file());
      } else if (doubt.block() == SIZE) {
        file.loseUnsyncedSize();
      } else {
        file.settle(doubt.block(), BLOCK_BYTES, fates.get(i));
      }
    }
    left.values().forEach(MemoryFile::sync);
    return MemoryDisk.of(atomBytes, left);
  }
}
