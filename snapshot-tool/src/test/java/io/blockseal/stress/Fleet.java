package io.blockseal.stress;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.it.BlockFile;
import io.blockseal.it.DaemonClient;
import io.blockseal.it.DaemonProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The volumes and snapshots that there are, from one life of the daemon to the next.
final class Fleet {
  private static final int VOLUMES = 4;
  private static final int LARGEST_GIB = 8;
  private static final List<String> CIPHERS = List.of("AES_256_GCM", "AES_256_XTS", "NONE");

  private final DaemonProcess daemon;

  /// A volume may come in while the others are under load.
  private final List<StressVolume> volumes = new CopyOnWriteArrayList<>();

  /// Snapshots whose content nobody has looked at.
  private final List<TakenSnapshot> unread = new ArrayList<>();

  /// The newest one whose content is known to be right.
  private @Nullable TakenSnapshot proven;

  private @Nullable String otherKey;
  private final AtomicInteger numbers = new AtomicInteger();
  private long snapshotsProven;

  Fleet(DaemonProcess daemon) {
    this.daemon = daemon;
  }

  List<StressVolume> volumes() {
    return volumes;
  }

  Optional<TakenSnapshot> proven() {
    return Optional.ofNullable(proven);
  }

  long snapshotsProven() {
    return snapshotsProven;
  }

  /// A second key, under which blocks are encrypted anew.
  String otherKey(DaemonClient control) {
    if (otherKey == null) {
      otherKey = control.createKey();
    }
    return otherKey;
  }

  int nextNumber() {
    return numbers.getAndIncrement() % 600;
  }

  void add(StressVolume volume) {
    volumes.add(volume);
  }

  void add(TakenSnapshot snapshot) {
    unread.add(snapshot);
  }

  /// Makes what is missing, lets one volume go now and then, and attaches one anew.
  void tidy(DaemonClient control, RandomGenerator random) {
    while (volumes.size() > VOLUMES || (volumes.size() == VOLUMES && random.nextInt(8) == 0)) {
      StressVolume old = volumes.remove(random.nextInt(volumes.size()));
      control.detachNow(old.id());
      control.deleteVolume(old.id());
    }
    while (volumes.size() < VOLUMES) {
      volumes.add(create(control, random));
    }
    if (random.nextInt(4) == 0) {
      StressVolume again = volumes.get(random.nextInt(volumes.size()));
      control.detachNow(again.id());
      control.attachNow(again.id(), again.number());
    }
  }

  private StressVolume create(DaemonClient control, RandomGenerator random) {
    String cipher =
        CIPHERS.stream()
            .filter(each -> volumes.stream().noneMatch(volume -> volume.cipher().equals(each)))
            .findFirst()
            .orElse(CIPHERS.get(random.nextInt(2)));
    int sizeGib = random.nextInt(1, LARGEST_GIB + 1);
    String id = control.createVolume(sizeGib, cipher.equals("NONE") ? null : cipher, null, null);
    Windows windows = Windows.draw((long) sizeGib << 30, random);
    StressVolume volume =
        new StressVolume(id, cipher, sizeGib, nextNumber(), Oracle.ofZeros(windows));
    control.awaitAvailable(id);
    control.attachNow(volume.id(), volume.number());
    return volume;
  }

  /// Brings every volume back, whatever a kill left it in.
  void recover(DaemonClient control) {
    for (StressVolume volume : volumes) {
      volume.mayFail(false);
      Optional<Volume> found = control.find(volume.id());
      if (found.isEmpty()) {
        throw new AssertionError(volume.id() + " is gone");
      }
      if (found.get().state() == VolumeState.CREATING) {
        control.awaitAvailable(volume.id());
      }
      if (!control.awaitAttached(volume.id())) {
        control.attachNow(volume.id(), volume.number());
      }
    }
  }

  /// Reads and judges every volume.
  void judgeVolumes(boolean direct, List<Finding> findings) throws BlockFile.Failure {
    for (StressVolume volume : volumes) {
      String name = name(volume);
      List<UnitState> seen =
          Reading.all(
              name, daemon.fileOf(volume.id()), volume.oracle().windows(), direct, findings);
      volume.oracle().observe(name, seen, findings);
    }
  }

  /// Judges also what was never written.
  void judgeWhole(List<Finding> findings) throws BlockFile.Failure {
    judgeVolumes(true, findings);
    for (StressVolume volume : volumes) {
      Reading.outside(
          name(volume), daemon.fileOf(volume.id()), volume.oracle().windows(), findings);
    }
  }

  /// Reads and judges every snapshot that is new, each through a volume made from it.
  void judgeSnapshots(DaemonClient control, RandomGenerator random, List<Finding> findings)
      throws BlockFile.Failure {
    adopt(control);
    for (TakenSnapshot snapshot : unread) {
      if (snapshot.idIfAny() == null) {
        continue;
      }
      control.awaitSnapshot(snapshot.id());
      judge(control, snapshot, random, findings);
      if (proven != null) {
        control.deleteSnapshot(proven.id());
      }
      proven = snapshot;
      snapshotsProven++;
    }
    unread.clear();
  }

  private void judge(
      DaemonClient control, TakenSnapshot snapshot, RandomGenerator random, List<Finding> findings)
      throws BlockFile.Failure {
    int sizeGib = snapshot.volume().sizeGib();
    String source = snapshot.id();
    String key = null;
    switch (random.nextInt(4)) {
      case 0 -> {
        source = control.copySnapshot(snapshot.id(), otherKey(control));
        control.awaitSnapshot(source);
      }
      case 1 -> key = otherKey(control);
      default -> {} // the blocks are fetched as they are read
    }
    String id = control.createVolume(sizeGib, null, source, key);
    control.awaitAvailable(id);
    StressVolume restored =
        new StressVolume(
            id, snapshot.volume().cipher(), sizeGib, nextNumber(), Oracle.of(snapshot.moment()));
    control.attachNow(id, restored.number());
    String name = "%s of %s".formatted(name(restored), snapshot.id());
    List<UnitState> seen =
        Reading.all(
            name, daemon.fileOf(id), snapshot.moment().windows(), random.nextBoolean(), findings);
    snapshot.moment().judge(name, seen).ifPresent(findings::add);
    control.detachNow(id);
    control.deleteVolume(id);
    if (!source.equals(snapshot.id())) {
      control.deleteSnapshot(source);
    }
  }

  /// Finds snapshots whose call was never answered, and removes what nobody knows.
  private void adopt(DaemonClient control) {
    Set<String> known = new HashSet<>();
    if (proven != null) {
      known.add(proven.id());
    }
    List<Snapshot> there = control.snapshots();
    for (TakenSnapshot snapshot : unread) {
      there.stream()
          .filter(one -> snapshot.description().equals(one.description()))
          .filter(one -> snapshot.wasAnswered() || one.state() != SnapshotState.ERROR)
          .forEach(one -> snapshot.found(Objects.requireNonNull(one.snapshotId())));
      if (snapshot.idIfAny() != null) {
        known.add(snapshot.id());
      }
    }
    for (Snapshot one : there) {
      if (!known.contains(one.snapshotId()) && one.state() != SnapshotState.PENDING) {
        control.deleteSnapshot(Objects.requireNonNull(one.snapshotId()));
      }
    }
    Set<String> mine = new HashSet<>();
    volumes.forEach(volume -> mine.add(volume.id()));
    for (Volume one : control.volumes()) {
      if (!mine.contains(one.volumeId()) && one.state() == VolumeState.AVAILABLE) {
        deleteStray(control, Objects.requireNonNull(one.volumeId()));
      }
    }
  }

  private static void deleteStray(DaemonClient control, String id) {
    try {
      control.deleteVolume(id);
    } catch (AwsException e) {
      if (!e.code().equals("InvalidVolume.NotFound")) { // it was being deleted when all was killed
        throw e;
      }
    }
  }

  static String name(StressVolume volume) {
    return "%s (%s)".formatted(volume.id(), volume.cipher());
  }
}
