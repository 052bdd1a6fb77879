package io.blockseal.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.fuse.FuseSandbox.Outcome;
import io.blockseal.volume.engine.UnreadableUnitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What Linux sees of a published device, through real system calls.
@RequiresFuse
@ParameterizedClass
@EnumSource
class FuseExportsIT {
  private static final int MIB = 1024 * 1024;
  private static final long SIZE = 4 * MIB;

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;
  private RamDevice device;
  private Path file;

  FuseExportsIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void publishOneDevice() throws IOException {
    sandbox = new FuseSandbox(transport);
    exports = sandbox.mount();
    device = new RamDevice(SIZE);
    file = Path.of(exports.publish("vol-1", device, Map.of("cipher", "NONE", "volume-id", "v1")));
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    sandbox.close();
  }

  @Test
  void aVolumeIsARegularFileOfItsSizeThatOnlyItsOwnerMayUse() {
    assertThat(sandbox.run("stat", "--format", "%F %s %a %u %g", file.toString()))
        .isEqualTo("regular file 4194304 600 0 0\n");
  }

  @Test
  void theDirectoryListsTheVolumes() throws IOException {
    exports.publish("vol-2", new RamDevice(SIZE), Map.of());

    assertThat(sandbox.run("ls", sandbox.mountPoint().toString())).isEqualTo("vol-1\nvol-2\n");
  }

  @Test
  void anUnknownNameIsNotThere() {
    assertThat(sandbox.mountPoint().resolve("vol-9")).doesNotExist();
  }

  @Test
  void aWriteIsReadBackAndReachesTheDevice() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      channel.write(UTF_8.encode("sealed"), 4093);
      ByteBuffer back = ByteBuffer.allocate(6);
      channel.read(back, 4093);
      assertThat(text(back)).isEqualTo("sealed");
    }
    ByteBuffer stored = ByteBuffer.allocate(6);
    device.read(4093, stored);
    assertThat(text(stored)).isEqualTo("sealed");
  }

  @Test
  void fsyncFlushesTheDeviceAndCloseDoesNot() throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.write(ByteBuffer.allocate(4096), 0);
    }
    assertThat(device.flushes()).isZero();
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.force(false);
      assertThat(device.flushes()).isEqualTo(1);
    }
  }

  @Test
  void directRequestsOfManySizesComeThrough() throws IOException {
    Path source = sandbox.directory().resolve("source");
    Files.write(source, Pattern.bytes(7, 3 * MIB));
    for (String blockSize : new String[] {"512", "4K", "1M", "3M"}) {
      device.discard(0, SIZE);
      sandbox.run("dd", "if=" + source, "of=" + file, "bs=" + blockSize, "oflag=direct");
      sandbox.run("cmp", "-n", "3145728", source.toString(), file.toString());
      Path copy = sandbox.directory().resolve("copy");
      sandbox.run("dd", "if=" + file, "of=" + copy, "bs=" + blockSize, "iflag=direct");
      sandbox.run("cmp", "-n", "3145728", source.toString(), copy.toString());
    }
  }

  @Test
  void aSharedMappingOfAnotherProcessIsWrittenBack() throws IOException {
    assumeTrue(sandbox.has("python3"), "python3 is missing");
    // In another process: a JVM must not fault in pages of a file that it serves itself.
    sandbox.run(
        "python3",
        "-c",
        """
        import mmap, sys
        with open(sys.argv[1], "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
            assert m[70000:70006] == bytes(6)
            m[70000:70006] = b"mapped"
            m.flush()
        """,
        file.toString());

    ByteBuffer stored = ByteBuffer.allocate(6);
    device.read(70000, stored);
    assertThat(text(stored)).isEqualTo("mapped");
    assertThat(device.flushes()).isPositive();
  }

  @Test
  void aGrownDeviceIsALargerFileAtOnce() throws IOException {
    assertThat(Files.size(file)).isEqualTo(SIZE);
    device.grow(2 * SIZE);

    assertThat(Files.size(file)).isEqualTo(2 * SIZE);
    sandbox.run("dd", "if=/dev/zero", "of=" + file, "bs=1M", "seek=7", "count=1", "conv=notrunc");
  }

  @Test
  void aWritePastTheEndIsRefusedAsTooLarge() {
    Outcome outcome =
        sandbox.attempt("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=5", "conv=notrunc");

    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("File too large").contains("4+0 records out");
  }

  @Test
  void theSizeCanOnlyBeSetToWhatItIs() {
    sandbox.run("truncate", "--no-create", "--size", "4194304", file.toString());

    for (String size : new String[] {"0", "4096", "8388608"}) {
      assertThat(sandbox.attempt("truncate", "--size", size, file.toString()).output())
          .contains("Operation not permitted");
    }
    assertThat(sandbox.run("stat", "--format", "%s", file.toString())).isEqualTo("4194304\n");
  }

  @Test
  void openingWithTruncationChangesNothing() throws IOException {
    device.write(SIZE - 4096, ByteBuffer.wrap(Pattern.bytes(1, 4096)));

    sandbox.run("dd", "if=/dev/zero", "of=" + file, "bs=4K", "count=1");

    ByteBuffer tail = ByteBuffer.allocate(4096);
    device.read(SIZE - 4096, tail);
    assertThat(tail.array()).isEqualTo(Pattern.bytes(1, 4096));
    assertThat(sandbox.run("stat", "--format", "%s", file.toString())).isEqualTo("4194304\n");
  }

  @Test
  void punchedHolesAndZeroedRangesAreDiscardedAndReadAsZeros() throws IOException {
    sandbox.run("dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=4", "conv=notrunc");

    sandbox.run("fallocate", "--punch-hole", "-o", "1M", "-l", "1M", file.toString());
    sandbox.run("fallocate", "--zero-range", "-o", "3M", "-l", "512K", file.toString());

    assertThat(device.discardedBytes()).isEqualTo(MIB + MIB / 2);
    byte[] content = Files.readAllBytes(file);
    assertThat(content).hasSize((int) SIZE);
    assertThat(new String(content, MIB, MIB, UTF_8)).matches("\0+");
    assertThat(new String(content, 3 * MIB, MIB / 2, UTF_8)).matches("\0+");
    assertThat(new String(content, 0, 64, UTF_8)).isNotEqualTo("\0".repeat(64));
  }

  @Test
  void aHoleThatReachesPastTheEndIsPunchedUpToIt() {
    sandbox.run("fallocate", "--punch-hole", "-o", "3M", "-l", "8M", file.toString());

    assertThat(device.discardedBytes()).isEqualTo(MIB);
  }

  @Test
  void plainAllocationIsGrantedInsideTheFileOnly() {
    sandbox.run("fallocate", "-l", "4M", file.toString());

    assertThat(sandbox.attempt("fallocate", "-l", "5M", file.toString()).output())
        .contains("File too large");
    assertThat(sandbox.run("stat", "--format", "%s", file.toString())).isEqualTo("4194304\n");
  }

  @Test
  void theFileSystemShowsVolumesAsUsedAndTheRoomBelowAsFree() throws IOException {
    exports.publish("vol-2", new RamDevice(SIZE), Map.of());

    // 64 MiB free and two volumes of 4 MiB, in blocks of 4 KiB
    assertThat(sandbox.run("stat", "--file-system", "--format", "%s %b %f %a %c", file.toString()))
        .isEqualTo("4096 18432 16384 16384 2\n");
  }

  @Test
  void attributesAreExtendedAttributes() throws IOException {
    var attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);

    assertThat(attributes.list())
        .containsExactlyInAnyOrder("blockseal.cipher", "blockseal.volume-id");
    ByteBuffer value = ByteBuffer.allocate(16);
    attributes.read("blockseal.cipher", value);
    assertThat(text(value)).isEqualTo("NONE");
    assertThatThrownBy(() -> attributes.write("blockseal.cipher", UTF_8.encode("x")))
        .hasMessageContaining("Operation not permitted");
    if (sandbox.has("getfattr")) {
      assertThat(sandbox.run("getfattr", "--absolute-names", "--dump", file.toString()))
          .contains("user.blockseal.cipher=\"NONE\"\nuser.blockseal.volume-id=\"v1\"");
    }
  }

  @Test
  void nobodyCanMakeRenameOrRemoveFiles() {
    String mount = sandbox.mountPoint().toString();
    String[][] commands = {
      {"dd", "if=/dev/zero", "of=" + mount + "/new", "count=1"},
      {"mkdir", mount + "/new"},
      {"ln", "-s", "x", mount + "/new"},
      {"rm", "-f", file.toString()},
      {"mv", file.toString(), mount + "/new"},
      {"chmod", "666", file.toString()},
      {"chown", "1", file.toString()},
      {"touch", file.toString()},
    };
    for (String[] command : commands) {
      assertThat(sandbox.attempt(command).output())
          .as(String.join(" ", command))
          .contains("Operation not permitted");
    }
  }

  @Test
  void failuresOfTheDeviceAreToldApart() throws IOException {
    device.fail(new UnreadableUnitException("vol-1", 3, "tag mismatch"));
    assertThat(sandbox.attempt("dd", "if=" + file, "of=/dev/null", "iflag=direct").output())
        .contains("Input/output error");

    device.fail(new IOException("No space left on device"));
    assertThat(write().output()).contains("No space left on device");

    device.fail(new IllegalStateException("a bug"));
    assertThat(write().output()).contains("Input/output error");

    device.fail(null);
    assertThat(write().exitCode()).isZero();

    device.makeReadOnly();
    assertThat(write().output()).contains("Read-only file system");
  }

  @Test
  void aDeviceThatBecomesReadOnlyRefusesWritesOfThoseWhoHaveItOpen() throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.write(ByteBuffer.allocate(10), 0);
      device.makeReadOnly();

      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(10), 0))
          .hasMessageContaining("Read-only file system");
    }
  }

  @Test
  void anOpenVolumeIsBusyUntilItIsClosed() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ)) {
      assertThat(channel.read(ByteBuffer.allocate(1), 0)).isEqualTo(1);

      assertThat(exports.withdraw("vol-1", false)).isFalse();
      assertThat(file).exists();
    }
    assertThat(exports.withdraw("vol-1", false)).isTrue();
    assertThat(file).doesNotExist();
    assertThat(exports.withdraw("vol-1", false)).isTrue();
  }

  @Test
  void aForcedWithdrawalLeavesHandlesThatAnswerNoSuchDevice() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      assertThat(exports.withdraw("vol-1", true)).isTrue();
      var next = new RamDevice(SIZE);
      exports.publish("vol-1", next, Map.of());

      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(4096), 0))
          .hasMessageContaining("No such device");
      assertThatThrownBy(() -> channel.force(true)).hasMessageContaining("No such device");
      assertThat(next.allocatedBytes()).isZero();
    }
    assertThat(exports.withdraw("vol-1", false)).isTrue();
  }

  @Test
  void aVolumeThatIsPublishedAgainShowsItsNewContents() throws IOException {
    assertThat(Files.readAllBytes(file)).containsOnly(0);
    exports.withdraw("vol-1", false);
    var restored = new RamDevice(SIZE);
    restored.write(0, ByteBuffer.wrap(Pattern.bytes(5, (int) SIZE)));
    exports.publish("vol-1", restored, Map.of());

    assertThat(Files.readAllBytes(file)).isEqualTo(Pattern.bytes(5, (int) SIZE));
  }

  private static String text(ByteBuffer filled) {
    return UTF_8.decode(filled.flip()).toString();
  }

  private Outcome write() {
    return sandbox.attempt("dd", "if=/dev/zero", "of=" + file, "bs=4K", "count=1", "conv=notrunc");
  }
}
