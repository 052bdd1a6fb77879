package io.blockseal.volume.store;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyVolumeFiles;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files of one volume on a disk in memory, which can lose power.
///
/// Losing power leaves every sector that was written since the last sync of its file with its old
/// content or with any content written to it since, drawn from a seed; files that were created, but
/// whose names were not synced, may be gone. [#failAfter] makes it happen in the middle of a
/// request: the calls from then on fail, as for a process that is no more.
public final class MemoryDisk {
  /// What a disk writes as one, at worst.
  public static final int SECTOR_BYTES = 512;

  private final int atomBytes;
  private final Map<VolumeFile, MemoryFile> files = new EnumMap<>(VolumeFile.class);
  private final Map<VolumeFile, byte[]> unnamed = new EnumMap<>(VolumeFile.class);
  private boolean locked;
  private int boot;
  private int powerLosses;
  private long callsLeft = Long.MAX_VALUE;
  private final FaultPlan faults;
  private @Nullable Consumer<CrashImage> watcher;
  private final Random forgetting = new Random(1);

  public MemoryDisk() {
    this(SECTOR_BYTES);
  }

  /// @param atomBytes what is written as a whole or not at all
  public MemoryDisk(int atomBytes) {
    this(atomBytes, new FaultPlan());
  }

  /// @param faults which calls fail while the disk goes on
  public MemoryDisk(int atomBytes, FaultPlan faults) {
    this.atomBytes = atomBytes;
    this.faults = faults;
  }

  /// Makes an empty volume file and takes the lock of the volume.
  public synchronized VolumeFiles create() throws IOException {
    VolumeFiles mounted = mount();
    try {
      mounted.open(VolumeFile.VOLUME, VolumeFiles.Mode.CREATE).close();
      return mounted;
    } catch (IOException e) {
      mounted.close();
      throw e;
    }
  }

  /// Takes the lock of the volume.
  public synchronized VolumeFiles mount() throws VolumeBusyException {
    if (locked) {
      throw new VolumeBusyException("memory");
    }
    locked = true;
    return new FaultyVolumeFiles(new Mounted(boot), faults, this::forget);
  }

  /// The disk goes away after `calls` more calls that change something.
  public synchronized void failAfter(long calls) {
    callsLeft = calls;
  }

  /// Which calls fail while the disk goes on.
  public FaultPlan faults() {
    return faults;
  }

  /// Calls `newWatcher` before every call that changes something.
  public synchronized void watch(Consumer<CrashImage> newWatcher) {
    watcher = newWatcher;
  }

  /// What a loss of power at this moment may make of the disk.
  public synchronized CrashImage image() {
    Map<VolumeFile, MemoryFile> images = new EnumMap<>(VolumeFile.class);
    files.forEach((name, file) -> images.put(name, file.image()));
    return new CrashImage(atomBytes, images, unnamed.keySet());
  }

  /// A disk that holds these files, durably.
  static MemoryDisk of(int atomBytes, Map<VolumeFile, MemoryFile> files) {
    MemoryDisk disk = new MemoryDisk(atomBytes);
    disk.files.putAll(files);
    disk.powerLosses = 1;
    return disk;
  }

  /// The process dies; what it wrote stays.
  public synchronized void kill() {
    boot++;
    locked = false;
    callsLeft = Long.MAX_VALUE;
  }

  /// The machine dies; what was not synced is lost, kept or torn, as `random` says.
  public synchronized void losePower(Random random) {
    kill();
    powerLosses++;
    for (VolumeFile name : VolumeFile.values()) {
      MemoryFile file = files.get(name);
      if (file == null) {
        continue;
      }
      if (unnamed.containsKey(name) && random.nextBoolean()) {
        files.remove(name);
      } else {
        file.settle(random);
      }
    }
    unnamed.clear();
  }

  /// The content of a file, for tests that alter it.
  public synchronized MemoryFile file(VolumeFile name) {
    MemoryFile file = files.get(name);
    if (file == null) {
      throw new IllegalStateException("no file " + name);
    }
    return file;
  }

  /// Whether any file holds `text` in the clear.
  public synchronized boolean holds(byte[] text) {
    return files.values().stream().anyMatch(file -> file.holds(text));
  }

  /// Removes a file, as an operator might.
  public synchronized void remove(VolumeFile name) {
    files.remove(name);
  }

  /// A disk with the same content, as if it had been copied by hand.
  public synchronized MemoryDisk copy() {
    MemoryDisk copy = new MemoryDisk(atomBytes);
    files.forEach((name, file) -> copy.files.put(name, file.copy()));
    return copy;
  }

  /// What a system does that could not write what it was given.
  private synchronized void forget(VolumeFile name, Fault fault) {
    if (fault == Fault.PHANTOM_SYNC) {
      file(name).keepUnsynced(forgetting);
    } else {
      file(name).forgetUnsynced(forgetting);
    }
  }

  private synchronized void check(int bootOfCaller, boolean changes) throws IOException {
    if (bootOfCaller != boot) {
      throw new IOException("the process of this store is dead");
    }
    if (changes && callsLeft-- <= 0) {
      throw new IOException("the power is gone");
    }
    if (changes && watcher != null) {
      watcher.accept(image());
    }
  }

  /// The disk as one process sees it.
  private final class Mounted implements VolumeFiles {
    private final int bootOfMount;
    private boolean closed;

    Mounted(int bootOfMount) {
      this.bootOfMount = bootOfMount;
    }

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public String bootId() {
      synchronized (MemoryDisk.this) {
        return "boot " + powerLosses;
      }
    }

    @Override
    public boolean exists(VolumeFile file) {
      synchronized (MemoryDisk.this) {
        return files.containsKey(file);
      }
    }

    @Override
    public BlockStore open(VolumeFile name, Mode mode) throws IOException {
      check(bootOfMount, mode == Mode.CREATE);
      synchronized (MemoryDisk.this) {
        if (mode == Mode.CREATE) {
          if (files.containsKey(name)) {
            throw new java.nio.file.FileAlreadyExistsException(name.name());
          }
          files.put(name, new MemoryFile(atomBytes));
          unnamed.put(name, new byte[0]);
        }
        MemoryFile file = files.get(name);
        if (file == null) {
          throw new java.nio.file.NoSuchFileException(name.name());
        }
        return new MemoryBlockStore(
            file, mode == Mode.READ, changes -> check(bootOfMount, changes));
      }
    }

    @Override
    public Optional<byte[]> load(VolumeFile name, long maxBytes) throws IOException {
      check(bootOfMount, false);
      synchronized (MemoryDisk.this) {
        MemoryFile file = files.get(name);
        return file == null ? Optional.empty() : Optional.of(file.bytes());
      }
    }

    @Override
    public void replace(VolumeFile name, byte[] content) throws IOException {
      check(bootOfMount, true);
      synchronized (MemoryDisk.this) {
        files.put(name, MemoryFile.durable(atomBytes, content));
        unnamed.remove(name);
      }
    }

    @Override
    public void delete(VolumeFile name) throws IOException {
      check(bootOfMount, true);
      synchronized (MemoryDisk.this) {
        files.remove(name);
        unnamed.remove(name);
      }
    }

    @Override
    public void syncNames() throws IOException {
      check(bootOfMount, true);
      synchronized (MemoryDisk.this) {
        unnamed.clear();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryDisk.this) {
        if (!closed && bootOfMount == boot) {
          locked = false;
        }
        closed = true;
      }
    }
  }
}
