package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fuse.RequiresFuse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.VolumeAttachmentState;
import software.amazon.awssdk.services.ec2.model.VolumeState;
import software.amazon.awssdk.services.kms.KmsClient;

/// The whole of what Blockseal is for, done by the AWS SDK for Java and through the mounted files.
@RequiresFuse
@Timeout(180)
@SuppressWarnings("unchecked") // the SDK takes varargs of generic builders
class MainJobIT {
  private static final int MIB = 1 << 20;

  /// Any will do. Without one the SDK makes one itself, for which it wants to read a region out of
  /// the endpoint's host name.
  private static final String NO_PRESIGNED_URL = "http://localhost/";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private DaemonSandbox sandbox;
  private KmsClient kms;
  private Ec2Client ec2;

  @BeforeEach
  void start() throws Exception {
    sandbox =
        DaemonSandbox.start(directory.resolve("data"), directory.resolve("volumes").toString());
    connect();
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  @Test
  void keepsVolumesUnderKeysThatCanSayNo() throws Exception {
    String key = newKey();
    kms.createAlias(request -> request.aliasName("alias/disk").targetKeyId(key));
    kms.enableKeyRotation(request -> request.keyId(key));
    ec2.enableEbsEncryptionByDefault(request -> {});
    ec2.modifyEbsDefaultKmsKeyId(request -> request.kmsKeyId("alias/disk"));

    String volume = newVolume("AES_256_GCM");
    Path file = attach(volume);
    byte[] content = pattern(3 * MIB);
    write(file, 5000, content);
    assertThat(Files.size(file)).isEqualTo(1L << 30);
    assertThat(stored("vol-")).noneMatch(path -> contains(path, content));

    String snapshot = ec2.createSnapshot(request -> request.volumeId(volume)).snapshotId();
    write(file, 5000, pattern(MIB)); // later than the snapshot
    awaitCompleted(snapshot);

    String second = newKey();
    String copy =
        ec2.copySnapshot(
                request ->
                    request
                        .sourceRegion("us-east-1")
                        .sourceSnapshotId(snapshot)
                        .presignedUrl(NO_PRESIGNED_URL)
                        .encrypted(true)
                        .kmsKeyId(second))
            .snapshotId();
    awaitCompleted(copy);
    String restored =
        ec2.createVolume(request -> request.availabilityZone("us-east-1a").snapshotId(copy))
            .volumeId();
    await(restored, VolumeState.AVAILABLE);
    assertThat(read(attach(restored), 5000, content.length)).isEqualTo(content);
    detach(restored);
    detach(volume);
    assertThat(file).doesNotExist();

    kms.disableKey(request -> request.keyId(key));
    assertThatThrownBy(() -> attach(volume))
        .isInstanceOf(Ec2Exception.class)
        .satisfies(
            e ->
                assertThat(((Ec2Exception) e).awsErrorDetails().errorCode())
                    .isEqualTo("CustomerKeyHasBeenRevoked"));
    assertThat(read(attach(restored), 5000, content.length)).isEqualTo(content);
    kms.enableKey(request -> request.keyId(key));
    assertThat(read(attach(volume), 5000 + MIB, 2 * MIB))
        .isEqualTo(Arrays.copyOfRange(content, MIB, 3 * MIB));
  }

  @Test
  void attachesAgainAfterARestartAndAsksTheKeyAgain() throws Exception {
    String key = newKey();
    String volume = newEncryptedVolume(key);
    String other = newEncryptedVolume(newKey());
    byte[] content = pattern(MIB);
    write(attach(volume), 0, content);
    attach(other);

    sandbox.stop();
    assertThat(directory.resolve("volumes")).isEmptyDirectory();
    sandbox.start();
    connect();
    assertThat(read(file(volume), 0, MIB)).isEqualTo(content);

    kms.disableKey(request -> request.keyId(key));
    sandbox.stop();
    sandbox.start();
    connect();
    assertThat(file(volume)).doesNotExist();
    assertThat(file(other)).exists();
    assertThat(state(volume)).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void growsAVolumeWhileItIsAttached() throws Exception {
    String volume = newEncryptedVolume(newKey());
    Path file = attach(volume);
    byte[] content = pattern(MIB);
    write(file, 0, content);

    ec2.modifyVolume(request -> request.volumeId(volume).size(2));

    awaitThat("the file has grown", () -> file.toFile().length() == 2L << 30);
    assertThat(read(file, 0, MIB)).isEqualTo(content);
    write(file, (2L << 30) - MIB, content);
    assertThat(read(file, (2L << 30) - MIB, MIB)).isEqualTo(content);
  }

  private void connect() {
    kms = sandbox.kms();
    ec2 = sandbox.ec2();
  }

  private String newKey() {
    return kms.createKey().keyMetadata().keyId();
  }

  private String newVolume(String cipher) {
    String volume =
        ec2.createVolume(
                request ->
                    request
                        .availabilityZone("us-east-1a")
                        .size(1)
                        .tagSpecifications(
                            tags ->
                                tags.resourceType(ResourceType.VOLUME)
                                    .tags(tag -> tag.key("blockseal:cipher").value(cipher))))
            .volumeId();
    await(volume, VolumeState.AVAILABLE);
    return volume;
  }

  private String newEncryptedVolume(String key) {
    String volume =
        ec2.createVolume(
                request ->
                    request.availabilityZone("us-east-1a").size(1).encrypted(true).kmsKeyId(key))
            .volumeId();
    await(volume, VolumeState.AVAILABLE);
    return volume;
  }

  private Path attach(String volume) {
    String instance =
        ec2.describeInstances().reservations().getFirst().instances().getFirst().instanceId();
    String device =
        "/dev/sd"
            + (char)
                ('f' + Objects.requireNonNull(directory.resolve("volumes").toFile().list()).length);
    ec2.attachVolume(request -> request.volumeId(volume).instanceId(instance).device(device));
    awaitThat(volume + " is attached", () -> attachment(volume) == VolumeAttachmentState.ATTACHED);
    return file(volume);
  }

  private void detach(String volume) {
    ec2.detachVolume(request -> request.volumeId(volume));
    await(volume, VolumeState.AVAILABLE);
  }

  private Path file(String volume) {
    return directory.resolve("volumes").resolve(volume);
  }

  private VolumeState state(String volume) {
    return ec2.describeVolumes(request -> request.volumeIds(volume)).volumes().getFirst().state();
  }

  private VolumeAttachmentState attachment(String volume) {
    return ec2.describeVolumes(request -> request.volumeIds(volume))
        .volumes()
        .getFirst()
        .attachments()
        .getFirst()
        .state();
  }

  private void await(String volume, VolumeState expected) {
    awaitThat(volume + " is " + expected, () -> state(volume) == expected);
  }

  private void awaitCompleted(String snapshot) {
    awaitThat(
        snapshot + " is completed",
        () ->
            ec2.describeSnapshots(request -> request.snapshotIds(snapshot))
                    .snapshots()
                    .getFirst()
                    .state()
                == SnapshotState.COMPLETED);
  }

  private static void awaitThat(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] pattern(int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(lengthBytes).nextBytes(bytes);
    return bytes;
  }

  private static void write(Path file, long offset, byte[] bytes) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer, offset + buffer.position());
      }
      channel.force(false);
    }
  }

  private static byte[] read(Path file, long offset, int lengthBytes) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(lengthBytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        assertThat(channel.read(buffer, offset + buffer.position())).isPositive();
      }
    }
    return buffer.array();
  }

  private List<Path> stored(String prefix) throws Exception {
    try (Stream<Path> files = Files.walk(sandbox.directory().path())) {
      return files.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  /// Whether the file has the first 64 bytes of `content` somewhere in its first 8 MiB.
  private static boolean contains(Path file, byte[] content) {
    byte[] stored = new byte[8 * MIB];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.read(ByteBuffer.wrap(stored), 0);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    String wanted = new String(content, 0, 64, java.nio.charset.StandardCharsets.ISO_8859_1);
    return new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1).contains(wanted);
  }
}
