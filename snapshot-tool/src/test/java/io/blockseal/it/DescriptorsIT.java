package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A daemon without a file descriptor to spare: what is attached goes on, what needs one is refused
/// with a reason, and with descriptors again everything works.
@RequiresMounts
final class DescriptorsIT {
  private static final int BLOCK_BYTES = 4096;

  @TempDir private Path work;
  private DaemonProcess daemon;
  private DaemonClient client;

  @BeforeEach
  void start() {
    daemon = DaemonProcess.start(work);
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    client.close();
    daemon.close();
  }

  @Test
  void whatIsAttachedGoesOnAndTheRestWorksAgainLater() throws IOException {
    String attached = volume("AES_256_GCM");
    client.attachNow(attached, 0);
    String other = volume("AES_256_XTS");
    String limit =
        Shell.run("prlimit", "--nofile", "--noheadings", "--output", "SOFT", "--pid", pid());

    // The connection of this client stands; not one descriptor more is to be had.
    prlimit(openDescriptors() + ":");
    try {
      use(attached, 1);
      assertThatThrownBy(() -> client.attachNow(other, 1)).hasMessageNotContaining("Exception");
      assertThatThrownBy(
          () -> client.awaitAvailable(client.createVolume(1, "AES_256_XTS", null, null)));
      use(attached, 2);
    } finally {
      prlimit(limit.strip() + ":");
    }

    use(attached, 3);
    client.awaitAvailable(other);
    client.attachNow(other, 1);
    use(other, 4);
    try (DaemonClient another = new DaemonClient(daemon)) {
      String made = another.createVolume(1, "AES_256_GCM", null, null);
      another.awaitAvailable(made);
      another.attachNow(made, 2);
      use(made, 5);
    }
    client.detachNow(attached);
    assertThat(openDescriptors()).isLessThan(1000);
  }

  private String volume(String cipher) {
    String volume = client.createVolume(1, cipher, null, null);
    client.awaitAvailable(volume);
    return volume;
  }

  private void use(String volume, int content) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, BLOCK_BYTES)) {
      file.buffer().putLong(0, content);
      file.write((long) content * BLOCK_BYTES, 0, BLOCK_BYTES);
      file.flush();
      file.buffer().putLong(0, 0);
      file.read((long) content * BLOCK_BYTES, BLOCK_BYTES);
      assertThat(file.buffer().getLong(0)).isEqualTo(content);
    }
  }

  private void prlimit(String limits) {
    Shell.run("prlimit", "--pid", pid(), "--nofile=" + limits);
  }

  private long openDescriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc", pid(), "fd"))) {
      return open.count();
    }
  }

  private String pid() {
    return Long.toString(daemon.pid());
  }
}
