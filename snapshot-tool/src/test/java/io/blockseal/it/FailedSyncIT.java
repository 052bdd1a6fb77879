package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that cannot write what the system has taken already: the sync fails, but ext4 keeps what
/// was written in its memory, clean. What a volume shows once it is attached again has to be what
/// the disk holds, for the next flush promises that it stays.
///
/// The disk is a loop device over a sparse file in a memory that is full.
@RequiresMounts
final class FailedSyncIT {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int PIECES = 48;

  @TempDir private Path work;
  private final LoopMounts mounts = new LoopMounts();
  private Path memory;
  private Path image;
  private DaemonProcess daemon;
  private DaemonClient client;

  @BeforeEach
  void startOnADiskInMemory() throws IOException {
    memory = Files.createDirectory(work.resolve("memory"));
    Shell.run("mount", "-t", "tmpfs", "-o", "size=200m", "none", memory.toString());
    image = memory.resolve("disk");
    Shell.run("truncate", "--size", "1G", image.toString());
    // Without a journal of its own, so that ext4 goes on after the failure.
    Shell.run("mkfs.ext4", "-q", "-O", "^has_journal", image.toString());
    mounts.mount(image, data(), "errors=continue");
    Files.delete(data().resolve("lost+found"));
    daemon = DaemonProcess.start(work);
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    if (daemon != null) {
      client.close();
      daemon.close();
    }
    mounts.close();
    Shell.execute(Map.of(), "umount", "--lazy", memory.toString());
    assertThat(Shell.run("losetup", "--list", "--output", "BACK-FILE"))
        .doesNotContain(work.toString());
    assertThat(Shell.run("cat", "/proc/self/mountinfo")).doesNotContain(work.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES_256_XTS", "AES_256_GCM"})
  void whatIsSeenAfterAFailedSyncStays(String cipher) throws IOException {
    String volume = client.createVolume(1, cipher, null, null);
    client.awaitAvailable(volume);
    client.attachNow(volume, 0);
    write(volume, 0, 'A');
    Shell.run("sync", "--file-system", data().toString());
    Path ballast = memory.resolve("ballast");
    fillUp(ballast);
    assertThatThrownBy(
            () -> {
              for (int piece = 1; piece < PIECES; piece++) {
                write(volume, piece, 'B');
              }
            })
        .isInstanceOf(BlockFile.Failure.class);
    Files.delete(ballast);
    daemon.cli("volume", "detach", volume, "--force");

    client.attachNow(volume, 0);
    write(volume, PIECES, 'C');
    String seen = digest(volume);
    client.detachNow(volume);
    daemon.stop();
    mounts.unmount();
    mounts.mount(image, data(), "errors=continue"); // what was in the system's memory is gone
    daemon.start();
    client.attachNow(volume, 0);

    assertThat(digest(volume)).isEqualTo(seen);
    assertThat(first(volume, 0)).isEqualTo((byte) 'A');
    assertThat(first(volume, PIECES)).isEqualTo((byte) 'C');
  }

  private Path data() {
    return work.resolve("data");
  }

  /// Takes the memory's last page.
  private static void fillUp(Path file) {
    assertThatThrownBy(
            () -> {
              try (var out = Files.newOutputStream(file)) {
                byte[] block = new byte[4096];
                while (true) {
                  out.write(block);
                }
              }
            })
        .hasMessageContaining("No space left");
  }

  private void write(String volume, int piece, char fill) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, PIECE_BYTES)) {
      for (int i = 0; i < PIECE_BYTES; i++) {
        file.buffer().put(i, (byte) fill);
      }
      file.write((long) piece * PIECE_BYTES, 0, PIECE_BYTES);
      file.flush();
    }
  }

  private byte first(String volume, int piece) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, PIECE_BYTES)) {
      file.read((long) piece * PIECE_BYTES, PIECE_BYTES);
      return file.buffer().get(0);
    }
  }

  private String digest(String volume) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, PIECE_BYTES)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int piece = 0; piece <= PIECES; piece++) {
        file.read((long) piece * PIECE_BYTES, PIECE_BYTES);
        digest.update(file.buffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
