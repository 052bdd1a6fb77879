package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real file systems on volumes, under `stress-ng` and random checks, with snapshots taken
/// meanwhile, some of them of a frozen file system: each mounts, holds what was made durable before
/// it, and is clean.
@RequiresMounts
final class FileSystemStressIT {
  private static final Duration LOAD =
      Duration.ofSeconds(Integer.getInteger("blockseal.fs.seconds", 12));
  private static final int SNAPSHOTS = 3;

  enum FileSystem {
    EXT4("AES_256_GCM", "rw", "e2fsck -f -n"),
    XFS("AES_256_XTS", "rw,nouuid", "xfs_repair -n"),
    BTRFS("AES_256_GCM", "rw", "btrfs check --readonly");

    private final String cipher;
    private final String mountOptions;
    private final String check;

    FileSystem(String cipher, String mountOptions, String check) {
      this.cipher = cipher;
      this.mountOptions = mountOptions;
      this.check = check;
    }

    private String program() {
      return "mkfs." + name().toLowerCase(Locale.ROOT);
    }
  }

  /// A snapshot and the file that was fsynced before it, whose content follows from a seed.
  private record Kept(String snapshot, String file, long seed, int lengthBytes) {
    private byte[] content() {
      byte[] content = new byte[lengthBytes];
      new SplittableRandom(seed).nextBytes(content);
      return content;
    }
  }

  @TempDir private Path work;
  private DaemonProcess daemon;
  private DaemonClient client;
  private final LoopMounts mounts = new LoopMounts();
  private int number;

  @BeforeEach
  void start() {
    daemon = DaemonProcess.start(work);
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    mounts.close();
    client.close();
    daemon.close();
    assertThat(Shell.run("cat", "/proc/self/mountinfo")).doesNotContain(work.toString());
    assertThat(Shell.run("losetup", "--list", "--output", "BACK-FILE"))
        .doesNotContain(work.toString());
  }

  @ParameterizedTest
  @EnumSource
  void everySnapshotMountsAndIsClean(FileSystem fileSystem) throws Exception {
    assumeTrue(there(fileSystem.program()), fileSystem.program() + " is missing");
    assumeTrue(there("stress-ng"), "stress-ng is missing (apt-get install stress-ng)");
    long seed = Long.getLong("blockseal.seed", System.nanoTime());
    System.out.printf("FileSystemStressIT %s: -Dblockseal.seed=%d%n", fileSystem, seed);

    String volume = client.createVolume(1, fileSystem.cipher, null, null);
    client.awaitAvailable(volume);
    client.attachNow(volume, number++);
    Shell.run(fileSystem.program(), daemon.fileOf(volume).toString());
    Path directory = work.resolve("mounted");
    mounts.mount(daemon.fileOf(volume), directory, "rw");

    List<Kept> kept = snapshotsUnderLoad(volume, directory, seed);

    mounts.unmount();
    check(fileSystem, volume);
    client.detachNow(volume);
    for (Kept one : kept) {
      examine(fileSystem, one);
    }
  }

  private List<Kept> snapshotsUnderLoad(String volume, Path directory, long seed) throws Exception {
    CompletableFuture<Shell.Result> stress =
        CompletableFuture.supplyAsync(() -> stress(directory), Thread::startVirtualThread);
    long untilNs = System.nanoTime() + LOAD.toNanos();
    FutureTask<Long> check =
        new FutureTask<>(new RandomFileCheck(directory.resolve("checked"), seed, untilNs));
    Thread.ofPlatform().name("random file check").start(check);
    SplittableRandom random = new SplittableRandom(seed);
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < SNAPSHOTS; i++) {
      Thread.sleep(LOAD.dividedBy(SNAPSHOTS + 1));
      kept.add(snapshot(volume, directory, i, random));
    }
    assertThat(check.get()).as("operations of the random check").isPositive();
    Shell.Result result = stress.get();
    assertThat(result.exitCode()).as("%s", result).isZero();
    return kept;
  }

  /// Every second one freezes the file system first; the others have to replay its journal.
  private Kept snapshot(String volume, Path directory, int ordinal, SplittableRandom random)
      throws IOException {
    Kept kept = new Kept("", "kept-" + ordinal, random.nextLong(), random.nextInt(1, 300_000));
    Path file = directory.resolve(kept.file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(kept.content()));
      channel.force(true);
    }
    client.letTimePass();
    boolean frozen = ordinal % 2 == 1;
    if (frozen) {
      Shell.run("fsfreeze", "--freeze", directory.toString());
    }
    try {
      String snapshot = client.createSnapshot(volume, kept.file);
      return new Kept(snapshot, kept.file, kept.seed, kept.lengthBytes);
    } finally {
      if (frozen) {
        Shell.run("fsfreeze", "--unfreeze", directory.toString());
      }
    }
  }

  private void examine(FileSystem fileSystem, Kept kept) throws IOException {
    client.awaitSnapshot(kept.snapshot);
    String volume = client.createVolume(1, null, kept.snapshot, null);
    client.awaitAvailable(volume);
    client.attachNow(volume, number++);
    if (fileSystem == FileSystem.BTRFS) { // it knows the newer one of the same id, and refuses this
      Shell.run("btrfs", "device", "scan", "--forget");
    }
    Path directory = work.resolve("examined");
    mounts.mount(daemon.fileOf(volume), directory, fileSystem.mountOptions);
    assertThat(Files.readAllBytes(directory.resolve(kept.file))).isEqualTo(kept.content());
    Shell.run("find", directory.toString(), "-type", "f", "-exec", "sha256sum", "{}", "+");
    mounts.unmount();
    check(fileSystem, volume);
    client.detachNow(volume);
    client.deleteVolume(volume);
  }

  private void check(FileSystem fileSystem, String volume) {
    List<String> command = new ArrayList<>(List.of(fileSystem.check.split(" ", -1)));
    command.add(daemon.fileOf(volume).toString());
    Shell.run(command.toArray(String[]::new));
  }

  private static Shell.Result stress(Path directory) {
    return Shell.execute(
        Map.of(),
        "stress-ng",
        "--temp-path",
        directory.toString(),
        "--timeout",
        LOAD.toSeconds() + "s",
        "--verify",
        "--hdd",
        "1",
        "--hdd-bytes",
        "48m",
        "--dentry",
        "1",
        "--fallocate",
        "1",
        "--fallocate-bytes",
        "32m",
        "--fpunch",
        "1",
        "--rename",
        "1",
        "--link",
        "1",
        "--sync-file",
        "1",
        "--sync-file-bytes",
        "16m",
        "--xattr",
        "1");
  }

  private static boolean there(String program) {
    return Shell.execute(Map.of(), "sh", "-c", "command -v " + program).exitCode() == 0;
  }
}
