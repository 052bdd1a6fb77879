package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A data directory whose disk fills up: the writer is told so, nothing that was acknowledged is
/// lost, and once there is space everything works again, whether the daemon lived on or was killed.
@RequiresMounts
final class DiskFullIT {
  private static final String DISK_BYTES = "320M";
  private static final int BALLAST_BYTES = 48 << 20;
  private static final int PIECE_BYTES = 256 << 10;
  private static final int ENOSPC = 28;

  /// A volume and the seeds of the pieces that it acknowledged, from its beginning on.
  private record Written(String volume, List<Long> seeds) {}

  @TempDir private Path work;
  private final LoopMounts mounts = new LoopMounts();
  private DaemonProcess daemon;
  private DaemonClient client;
  private Path ballast;

  @BeforeEach
  void startOnASmallDisk() throws IOException {
    Path image = work.resolve("disk");
    Shell.run("truncate", "--size", DISK_BYTES, image.toString());
    Shell.run("mkfs.ext4", "-q", "-m", "0", image.toString());
    Path data = work.resolve("data");
    mounts.mount(image, data, "rw");
    Files.delete(data.resolve("lost+found"));
    daemon = DaemonProcess.start(work);
    ballast = data.resolve("ballast");
    Files.write(ballast, new byte[BALLAST_BYTES]);
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    client.close();
    daemon.close();
    mounts.close();
    assertThat(Shell.run("cat", "/proc/self/mountinfo")).doesNotContain(work.toString());
    assertThat(Shell.run("losetup", "--list", "--output", "BACK-FILE"))
        .doesNotContain(work.toString());
  }

  @ParameterizedTest
  @CsvSource({"AES_256_XTS, true", "AES_256_XTS, false", "AES_256_GCM, true", "AES_256_GCM, false"})
  void nothingAcknowledgedIsLostAndSpaceMakesItWorkAgain(String cipher, boolean direct)
      throws IOException {
    Written written = create(cipher);
    fill(written, direct);
    assertHolds(written);
    tryToCreate(cipher);

    Files.delete(ballast);

    append(written, direct, 20);
    assertHolds(written);
    client.detachNow(written.volume);
    client.attachNow(written.volume, 0);
    assertHolds(written);
    client.awaitAvailable(client.createVolume(1, "AES_256_XTS", null, null)); // needs no journal
  }

  @ParameterizedTest
  @CsvSource({"AES_256_XTS", "AES_256_GCM"})
  void nothingAcknowledgedIsLostIfItIsKilledThen(String cipher) throws IOException {
    Written written = create(cipher);
    fill(written, true);
    daemon.kill();
    Files.delete(ballast);

    daemon.start();

    assertHolds(written);
    append(written, true, 20);
    assertHolds(written);
  }

  /// Whoever wants to make room needs a daemon that started, and its metadata have to be written to
  /// first.
  @Test
  void itStartsAfterAKillAndVolumesCanBeDeleted() throws IOException {
    Written written = create("AES_256_XTS");
    String other = client.createVolume(1, "AES_256_XTS", null, null);
    client.awaitAvailable(other);
    fill(written, true);
    fillUp(ballast.resolveSibling("rest"));
    daemon.kill();

    daemon.start();

    assertHolds(written);
    client.detachNow(written.volume);
    client.deleteVolume(written.volume);
    client.awaitGone(written.volume);
    client.attachNow(other, 0);
  }

  /// The log of the metadata has room of its own, in which the first changes still fit.
  @Test
  void metadataThatFoundNoRoomAreKeptAndTakeChangesAgain() throws IOException {
    String key = client.createKey();
    Path rest = ballast.resolveSibling("rest");
    fillUp(rest);
    int[] accepted = {-1};
    assertThatThrownBy(
            () -> {
              while (accepted[0] < 16 * 1024) {
                client.updateKeyDescription(key, description(accepted[0] + 1));
                accepted[0]++;
              }
            })
        .isInstanceOfSatisfying(
            AwsException.class, e -> assertThat(e.code()).isEqualTo("KMSInternalException"));
    assertThat(client.descriptionOf(key)).isEqualTo(description(accepted[0]));

    Files.delete(ballast);
    Files.delete(rest);

    client.awaitUpdatedKeyDescription(key, "there is room");
    daemon.kill();
    daemon.start();
    assertThat(client.descriptionOf(key)).isEqualTo("there is room");
  }

  private static String description(int number) {
    return "%8192d".formatted(number);
  }

  /// Takes the disk's last byte.
  private static void fillUp(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      byte[] block = new byte[1024];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  /// With a full disk this may be refused or come to nothing later; there is an answer in any case.
  /// What is still being made would take the space that the test is about to make.
  private void tryToCreate(String cipher) {
    try {
      client.awaitMade(client.createVolume(1, cipher, null, null));
    } catch (AwsException refused) {
      assertThat(refused.code()).isNotEqualTo("Unreachable");
    }
  }

  private Written create(String cipher) {
    String volume = client.createVolume(1, cipher, null, null);
    client.awaitAvailable(volume);
    client.attachNow(volume, 0);
    return new Written(volume, new ArrayList<>());
  }

  /// Writes until the disk is full, flushing every sixteenth time.
  private void fill(Written written, boolean direct) throws IOException {
    try (BlockFile file = BlockFile.open(path(written), direct, PIECE_BYTES)) {
      assertThatThrownBy(
              () -> {
                while (written.seeds.size() < 4096) {
                  write(written, file);
                  if (written.seeds.size() % 16 == 0) {
                    file.flush();
                  }
                }
              })
          .isInstanceOfSatisfying(
              BlockFile.Failure.class, e -> assertThat(e.errno()).as("%s", e).isEqualTo(ENOSPC));
    }
    assertThat(written.seeds).hasSizeGreaterThan(64);
  }

  private void append(Written written, boolean direct, int pieces) throws IOException {
    try (BlockFile file = BlockFile.open(path(written), direct, PIECE_BYTES)) {
      for (int i = 0; i < pieces; i++) {
        write(written, file);
      }
      file.flush();
    }
  }

  private static void write(Written written, BlockFile file) throws IOException {
    long seed = written.seeds.size() + 1L;
    file.buffer().put(0, content(seed));
    file.write((long) written.seeds.size() * PIECE_BYTES, 0, PIECE_BYTES);
    written.seeds.add(seed);
  }

  private void assertHolds(Written written) throws IOException {
    try (BlockFile file = BlockFile.open(path(written), true, PIECE_BYTES)) {
      for (int i = 0; i < written.seeds.size(); i++) {
        file.read((long) i * PIECE_BYTES, PIECE_BYTES);
        byte[] seen = new byte[PIECE_BYTES];
        file.buffer().get(0, seen);
        assertThat(seen)
            .as("piece %d of %s", i, written.volume)
            .isEqualTo(content(written.seeds.get(i)));
      }
    }
  }

  private Path path(Written written) {
    return daemon.fileOf(written.volume);
  }

  private static byte[] content(long seed) {
    byte[] content = new byte[PIECE_BYTES];
    new SplittableRandom(seed).nextBytes(content);
    return content;
  }
}
