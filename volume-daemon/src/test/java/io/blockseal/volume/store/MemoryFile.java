package io.blockseal.volume.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A sparse file in memory that remembers what was not synced. Thread-safe.
public final class MemoryFile {
  private static final int VERSIONS_KEPT = 4;

  private final int atomBytes;

  /// Arrays are never changed, only replaced.
  private final TreeMap<Long, byte[]> atoms = new TreeMap<>();

  /// What an atom may hold after a loss of power instead of what it holds now, oldest first: what
  /// was durable, then what was written since. In the order in which they were written first.
  private final Map<Long, List<byte[]>> doubtful = new LinkedHashMap<>();

  /// What an atom holds on the disk that a failed sync was to write, and that is read from memory
  /// until that is dropped, written to, or lost with the power.
  private final Map<Long, byte[]> phantoms = new HashMap<>();

  private long sizeBytes;
  private long durableSizeBytes;

  MemoryFile(int atomBytes) {
    this.atomBytes = atomBytes;
  }

  static MemoryFile durable(int atomBytes, byte[] content) {
    MemoryFile file = new MemoryFile(atomBytes);
    file.write(0, content);
    file.sync();
    return file;
  }

  /// The whole content.
  public synchronized byte[] bytes() {
    byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
    read(0, bytes);
    return bytes;
  }

  public synchronized long sizeBytes() {
    return sizeBytes;
  }

  /// Whether `text` is anywhere inside an atom, as it is now.
  synchronized boolean holds(byte[] text) {
    for (byte[] atom : atoms.values()) {
      for (int i = 0; i + text.length <= atom.length; i++) {
        if (atom[i] == text[0] && Arrays.equals(atom, i, i + text.length, text, 0, text.length)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Changes one byte durably, as a vandal would.
  public synchronized void flip(long offset, int mask) {
    byte[] atom = atoms.get(offset / atomBytes);
    byte[] changed = atom == null ? new byte[atomBytes] : atom.clone();
    changed[(int) (offset % atomBytes)] ^= (byte) mask;
    atoms.put(offset / atomBytes, changed);
  }

  /// Fills `target` from `offset`.
  public synchronized void read(long offset, byte[] target) {
    Arrays.fill(target, (byte) 0);
    long end = offset + target.length;
    atoms
        .subMap(offset / atomBytes, (end + atomBytes - 1) / atomBytes)
        .forEach(
            (atom, content) -> {
              long from = Math.max(offset, atom * atomBytes);
              long to = Math.min(end, (atom + 1) * atomBytes);
              System.arraycopy(
                  content,
                  (int) (from - atom * atomBytes),
                  target,
                  (int) (from - offset),
                  (int) (to - from));
            });
  }

  /// Writes `source` at `offset`.
  public synchronized void write(long offset, byte[] source) {
    int done = 0;
    while (done < source.length) {
      long at = offset + done;
      int inAtom = (int) (at % atomBytes);
      int step = Math.min(atomBytes - inAtom, source.length - done);
      byte[] old = atoms.get(at / atomBytes);
      byte[] fresh = old == null ? new byte[atomBytes] : old.clone();
      System.arraycopy(source, done, fresh, inAtom, step);
      put(at / atomBytes, fresh);
      done += step;
    }
    sizeBytes = Math.max(sizeBytes, offset + source.length);
  }

  synchronized void punch(long offset, long lengthBytes) {
    long end = Math.min(offset + lengthBytes, sizeBytes);
    long firstWhole = (offset + atomBytes - 1) / atomBytes;
    long endWhole = end / atomBytes;
    if (firstWhole > endWhole) {
      write(offset, new byte[(int) Math.max(0, end - offset)]);
      return;
    }
    write(offset, new byte[(int) Math.min(end - offset, firstWhole * atomBytes - offset)]);
    if (end > endWhole * atomBytes) {
      write(endWhole * atomBytes, new byte[(int) (end - endWhole * atomBytes)]);
    }
    List<Long> inside = new ArrayList<>(atoms.subMap(firstWhole, endWhole).keySet());
    for (long atom : inside) {
      put(atom, new byte[atomBytes]);
      atoms.remove(atom);
    }
  }

  synchronized long nextData(long offset) {
    if (offset >= sizeBytes) {
      return -1;
    }
    Long atom = atoms.ceilingKey(offset / atomBytes);
    return atom == null ? -1 : Math.max(offset, atom * atomBytes);
  }

  synchronized void resize(long newSizeBytes) {
    long end = (newSizeBytes + atomBytes - 1) / atomBytes;
    atoms.tailMap(end).clear();
    phantoms.keySet().removeIf(atom -> atom >= end);
    sizeBytes = newSizeBytes;
  }

  synchronized void sync() {
    doubtful.clear();
    durableSizeBytes = sizeBytes;
  }

  synchronized void settle(Random random) {
    dropPhantoms();
    new TreeMap<>(doubtful)
        .forEach(
            (atom, versions) -> {
              int choice = random.nextInt(versions.size() + 1);
              if (choice < versions.size()) {
                atoms.put(atom, versions.get(choice));
              }
            });
    if (random.nextBoolean() && durableSizeBytes < sizeBytes) {
      resize(durableSizeBytes);
    }
    sync();
  }

  /// Some of what was written since the last sync is what it was before, and nobody will write it
  /// again.
  synchronized void forgetUnsynced(Random random) {
    new TreeMap<>(doubtful)
        .forEach(
            (atom, versions) -> {
              if (random.nextBoolean()) {
                atoms.put(atom, versions.getFirst());
                doubtful.remove(atom);
              }
            });
  }

  /// Some of what was written since the last sync is kept in memory alone, and nobody will write
  /// it.
  synchronized void keepUnsynced(Random random) {
    new TreeMap<>(doubtful)
        .forEach(
            (atom, versions) -> {
              if (random.nextBoolean()) {
                phantoms.put(atom, versions.getFirst());
                doubtful.remove(atom);
              }
            });
  }

  /// What a failed sync left in memory alone is gone.
  synchronized void dropPhantoms() {
    atoms.putAll(phantoms);
    phantoms.clear();
  }

  /// The blocks of `blockBytes` that may lose something with the power, in the order in which they
  /// were written first.
  synchronized Set<Long> unsynced(int blockBytes) {
    Set<Long> blocks = new LinkedHashSet<>();
    doubtful.forEach(
        (atom, versions) -> {
          byte[] present = atoms.getOrDefault(atom, new byte[atomBytes]);
          if (versions.stream().anyMatch(version -> !Arrays.equals(version, present))) {
            blocks.add(atom * atomBytes / blockBytes);
          }
        });
    return blocks;
  }

  /// How many of a block's atoms may lose something.
  synchronized int unsyncedAtoms(long block, int blockBytes) {
    int count = 0;
    for (long atom : atomsOf(block, blockBytes)) {
      byte[] present = atoms.getOrDefault(atom, new byte[atomBytes]);
      List<byte[]> versions = doubtful.getOrDefault(atom, List.of());
      count += versions.stream().anyMatch(version -> !Arrays.equals(version, present)) ? 1 : 0;
    }
    return count;
  }

  /// Whether the end of the file may be lost.
  synchronized boolean unsyncedSize() {
    return durableSizeBytes < sizeBytes;
  }

  /// What a block becomes when the power goes.
  synchronized void settle(long block, int blockBytes, Fate fate) {
    List<Long> inBlock = atomsOf(block, blockBytes);
    for (int i = 0; i < inBlock.size(); i++) {
      List<byte[]> versions = doubtful.get(inBlock.get(i));
      if (versions == null) {
        continue;
      }
      switch (fate) {
        case KEPT -> {
          // It holds what was written last.
        }
        case LOST -> atoms.put(inBlock.get(i), versions.getFirst());
        case TORN -> {
          if (i % 2 == 1) {
            atoms.put(inBlock.get(i), versions.getFirst());
          }
        }
        case TORN_OTHERWISE -> {
          if (i % 2 == 0) {
            atoms.put(inBlock.get(i), versions.getFirst());
          }
        }
      }
    }
  }

  synchronized void loseUnsyncedSize() {
    resize(durableSizeBytes);
  }

  private List<Long> atomsOf(long block, int blockBytes) {
    List<Long> inBlock = new ArrayList<>();
    for (long at = block * blockBytes; at < (block + 1) * blockBytes; at += atomBytes) {
      inBlock.add(at / atomBytes);
    }
    return inBlock;
  }

  /// A copy that remembers what was not synced.
  synchronized MemoryFile image() {
    MemoryFile image = copy();
    image.durableSizeBytes = durableSizeBytes;
    doubtful.forEach((atom, versions) -> image.doubtful.put(atom, List.copyOf(versions)));
    return image;
  }

  synchronized MemoryFile copy() {
    MemoryFile copy = new MemoryFile(atomBytes);
    copy.atoms.putAll(atoms);
    copy.sizeBytes = sizeBytes;
    copy.durableSizeBytes = sizeBytes;
    return copy;
  }

  private void put(long atom, byte[] content) {
    byte[] old = atoms.get(atom);
    List<byte[]> versions = doubtful.get(atom);
    if (old == null && versions == null && isZero(content)) {
      return;
    }
    if (versions == null) {
      versions = new ArrayList<>();
      doubtful.put(atom, versions);
      byte[] onDisk = phantoms.remove(atom);
      if (onDisk != null) {
        versions.add(onDisk);
      }
    }
    versions.add(old == null ? new byte[atomBytes] : old);
    if (versions.size() > VERSIONS_KEPT) {
      versions.remove(1);
    }
    atoms.put(atom, content);
  }

  private static boolean isZero(byte[] content) {
    for (byte b : content) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
