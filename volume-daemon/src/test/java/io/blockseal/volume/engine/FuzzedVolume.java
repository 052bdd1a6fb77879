package io.blockseal.volume.engine;

import io.blockseal.fuzz.Edits;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.MemoryFile;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A small volume whose files a fuzzer changes, and what its readers see of it then. Confined to
/// one thread.
final class FuzzedVolume {
  /// What reading a unit answers if it is unreadable.
  private static final byte[] UNREADABLE = {};

  private final CipherSpec cipher;
  private final MemoryDisk disk;
  private final OpenOptions options;

  FuzzedVolume(CipherSpec cipher, MemoryDisk disk, OpenOptions options) {
    this.cipher = cipher;
    this.disk = disk.copy();
    this.options = options;
  }

  /// Changes a file from `offset` on, as `edits` say, and lets `seal` put its checksums right.
  void edit(VolumeFile name, int offset, int length, byte[] edits, Consumer<byte[]> seal) {
    MemoryFile file = disk.file(name);
    byte[] original = new byte[length];
    file.read(offset, original);
    byte[] changed = Edits.applied(edits, original);
    seal.accept(changed);
    if (!Arrays.equals(original, changed)) {
      file.write(offset, changed);
    }
  }

  int length(VolumeFile name) {
    return Math.toIntExact(disk.file(name).sizeBytes());
  }

  MemoryDisk disk() {
    return disk;
  }

  /// Opens the volume and reads every unit.
  ///
  /// @return the units, an empty array for each that is unreadable; null if it is refused
  byte @Nullable [][] readAll() throws IOException {
    try (Volume volume = Bench.open(disk, cipher, options)) {
      return units(volume);
    } catch (FormatException e) {
      return null;
    }
  }

  /// Every unit of an open volume, as [#readAll] answers them.
  static byte[][] units(Volume volume) throws IOException {
    byte[][] units = new byte[Math.toIntExact(volume.sizeBytes() / Bench.UNIT)][];
    for (int i = 0; i < units.length; i++) {
      try {
        units[i] = Bench.read(volume, (long) i * Bench.UNIT, Bench.UNIT);
      } catch (UnreadableUnitException e) {
        units[i] = UNREADABLE;
      }
    }
    return units;
  }

  static boolean unreadable(byte[] unit) {
    return unit.length == 0;
  }
}
