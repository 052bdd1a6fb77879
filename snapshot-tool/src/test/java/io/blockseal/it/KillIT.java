package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGKILL under write load, again and again: after each restart ext4 mounts and is clean, every
/// file that was fsynced is there to the byte, and every unit can be read. One XTS and one GCM
/// volume at the same time.
@RequiresMounts
final class KillIT {
  private static final int ROUNDS = Integer.getInteger("blockseal.kill.rounds", 20);
  private static final int SHORTEST_LOAD_MS = 100;
  private static final int LONGEST_LOAD_MS = 900;

  @TempDir private Path work;
  private DaemonProcess daemon;
  private final List<FileSystemUnderLoad> fileSystems = new ArrayList<>();

  @BeforeEach
  void startAndMount() {
    daemon = DaemonProcess.start(work);
    fileSystems.add(create("xts"));
    fileSystems.add(create("gcm"));
  }

  private FileSystemUnderLoad create(String cipher) {
    String volume =
        daemon.cli("volume", "create", "--size", "1G", "--encrypted", "--cipher", cipher, "--wait");
    daemon.cli("volume", "attach", volume, "--mkfs", "ext4");
    return new FileSystemUnderLoad(daemon.fileOf(volume), work.resolve(cipher));
  }

  @AfterEach
  void leaveNothingBehind() {
    fileSystems.forEach(FileSystemUnderLoad::abandon);
    daemon.close();
    assertThat(Shell.run("cat", "/proc/self/mountinfo")).doesNotContain(work.toString());
    assertThat(Shell.run("losetup", "--list", "--output", "BACK-FILE"))
        .doesNotContain(work.toString());
  }

  @Test
  void everythingThatWasFsyncedSurvives() throws Exception {
    long seed = Long.getLong("blockseal.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    System.out.printf("KillIT: %d rounds, -Dblockseal.seed=%d%n", ROUNDS, seed);
    for (int round = 1; round <= ROUNDS; round++) {
      for (FileSystemUnderLoad fileSystem : fileSystems) {
        fileSystem.mount();
        fileSystem.startWriting(random.nextLong());
      }
      Thread.sleep(random.nextInt(SHORTEST_LOAD_MS, LONGEST_LOAD_MS));
      daemon.kill();
      fileSystems.forEach(FileSystemUnderLoad::abandon);
      daemon.start();
      for (FileSystemUnderLoad fileSystem : fileSystems) {
        fileSystem.readEveryUnit();
        fileSystem.mount();
        fileSystem.checkEveryAcknowledgedFile();
        fileSystem.unmount();
        fileSystem.check();
      }
    }
    assertThat(fileSystems)
        .allSatisfy(fileSystem -> assertThat(fileSystem.acknowledged()).isPositive());
  }
}
