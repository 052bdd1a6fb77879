package io.blockseal.it;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.client.RemoteEndpoint;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.RemoteEc2;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagSpecification;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.RemoteKms;
import io.blockseal.aws.kms.UpdateKeyDescriptionRequest;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The APIs of a daemon for the length of one of its lives, in this process: the command line would
/// take a second for each call. Thread-safe.
public final class DaemonClient implements AutoCloseable {
  /// Something did not come about in time, or came to another end.
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean late;

    private Broken(boolean late, String what) {
      super(what);
      this.late = late;
    }

    /// Whether it may come about yet.
    public boolean late() {
      return late;
    }
  }

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final String REGION = "us-east-1";

  /// From `/dev/sdba` to `/dev/sddz`.
  private static final int DEVICE_NAMES = 3 * 26;

  /// What snapshots of one volume must be apart, and a little.
  private static final String SPACING = "{\"duration\":\"16s\"}";

  private static final Caller ANYBODY = new Caller("", "", "", "", "", "", "", "", null);

  private final RemoteEc2 ec2;
  private final RemoteKms kms;
  private final RemoteEndpoint own;
  private @Nullable String instance;

  public DaemonClient(DaemonProcess daemon) {
    CredentialsProvider credentials =
        CredentialsProvider.standard(
            daemon.environment(), Path.of(System.getProperty("user.home")), "blockseal");
    ClientSettings settings =
        ClientSettings.of(URI.create(daemon.endpoint()), REGION, credentials, "stress");
    ec2 = new RemoteEc2(settings);
    kms = new RemoteKms(settings);
    own = new RemoteEndpoint(settings, "blockseal");
  }

  public String createKey() {
    return Objects.requireNonNull(
            kms.createKey(ANYBODY, CreateKeyRequest.builder().build()).keyMetadata())
        .keyId();
  }

  public void updateKeyDescription(String key, String description) {
    kms.updateKeyDescription(
        ANYBODY, UpdateKeyDescriptionRequest.builder().keyId(key).description(description).build());
  }

  public String descriptionOf(String key) {
    var request = DescribeKeyRequest.builder().keyId(key).build();
    return Objects.requireNonNull(
        Objects.requireNonNull(kms.describeKey(ANYBODY, request).keyMetadata()).description());
  }

  /// Updates the description of a key as soon as that is accepted.
  public void awaitUpdatedKeyDescription(String key, String description) {
    await(
        "changes of keys are refused",
        () -> {
          try {
            updateKeyDescription(key, description);
            return true;
          } catch (AwsException refused) {
            return false;
          }
        });
  }

  /// Decrypts a data key, which the daemon has in its memory from then on.
  public byte[] decrypt(byte[] ciphertext, Map<String, String> context) {
    return Objects.requireNonNull(
            kms.decrypt(
                    ANYBODY,
                    DecryptRequest.builder()
                        .ciphertextBlob(Blob.copyOf(ciphertext))
                        .encryptionContext(context)
                        .build())
                .plaintext())
        .toByteArray();
  }

  /// @param cipher null for a volume that is not encrypted, unless it is of a snapshot
  /// @param snapshot what it is made from, or null
  /// @param key null for the default one, or that of the snapshot
  public String createVolume(
      int sizeGib, @Nullable String cipher, @Nullable String snapshot, @Nullable String key) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.builder()
            .availabilityZone(REGION + "a")
            .size(sizeGib)
            .snapshotId(snapshot)
            .kmsKeyId(key)
            .encrypted((cipher != null || key != null) ? true : null);
    if (cipher != null) {
      Tag tag = Tag.builder().key("blockseal:cipher").value(cipher).build();
      request.tagSpecifications(
          List.of(
              TagSpecification.builder()
                  .resourceType(ResourceType.VOLUME)
                  .tags(List.of(tag))
                  .build()));
    }
    return Objects.requireNonNull(ec2.createVolume(ANYBODY, request.build()).volumeId());
  }

  public void deleteVolume(String id) {
    ec2.deleteVolume(ANYBODY, DeleteVolumeRequest.builder().volumeId(id).build());
  }

  /// Begins to attach a volume, under a device name that it shares with every [#DEVICE_NAMES]th
  /// number only.
  public void attach(String id, int number) {
    int name = number % DEVICE_NAMES;
    String device = "/dev/sd" + (char) ('b' + (name / 26)) + (char) ('a' + (name % 26));
    ec2.attachVolume(
        ANYBODY,
        AttachVolumeRequest.builder().volumeId(id).instanceId(instance()).device(device).build());
  }

  public void detach(String id, boolean force) {
    ec2.detachVolume(ANYBODY, DetachVolumeRequest.builder().volumeId(id).force(force).build());
  }

  /// Begins a snapshot; the time of the daemon goes on first, since two of a volume must be apart.
  public String createSnapshot(String volume, String description) {
    return Objects.requireNonNull(
        ec2.createSnapshot(
                ANYBODY,
                CreateSnapshotRequest.builder().volumeId(volume).description(description).build())
            .snapshotId());
  }

  public void letTimePass() {
    WireResponse response =
        own.exchange(
            new WireRequest(
                "POST",
                "/_blockseal/clock/advance",
                "",
                Headers.of("content-type", "application/json"),
                SPACING.getBytes(StandardCharsets.UTF_8),
                ""));
    if (response.status() != 200) {
      throw new Broken(false, "the clock stays: HTTP " + response.status());
    }
  }

  public String copySnapshot(String snapshot, String key) {
    return Objects.requireNonNull(
        ec2.copySnapshot(
                ANYBODY,
                CopySnapshotRequest.builder()
                    .sourceRegion(REGION)
                    .sourceSnapshotId(snapshot)
                    .encrypted(true)
                    .kmsKeyId(key)
                    .build())
            .snapshotId());
  }

  public void deleteSnapshot(String id) {
    ec2.deleteSnapshot(ANYBODY, DeleteSnapshotRequest.builder().snapshotId(id).build());
  }

  public List<Snapshot> snapshots() {
    return ec2.describeSnapshots(
            ANYBODY, DescribeSnapshotsRequest.builder().ownerIds(List.of("self")).build())
        .snapshotsOrEmpty();
  }

  public List<Volume> volumes() {
    return ec2.describeVolumes(ANYBODY, DescribeVolumesRequest.builder().build()).volumesOrEmpty();
  }

  public void awaitSnapshot(String id) {
    await(
        id + " is not completed",
        () -> {
          Snapshot snapshot =
              ec2.describeSnapshots(
                      ANYBODY, DescribeSnapshotsRequest.builder().snapshotIds(List.of(id)).build())
                  .snapshotsOrEmpty()
                  .getFirst();
          if (snapshot.state() == SnapshotState.ERROR) {
            throw new Broken(false, id + " ended in error: " + snapshot.stateMessage());
          }
          return snapshot.state() == SnapshotState.COMPLETED;
        });
  }

  public void awaitAvailable(String id) {
    await(id + " is not available", () -> volume(id).state() == VolumeState.AVAILABLE);
  }

  public void awaitGone(String id) {
    await(id + " is still there", () -> find(id).isEmpty());
  }

  /// Waits until making the volume has come to something or to nothing.
  public void awaitMade(String id) {
    await(
        id + " is still being made",
        () -> find(id).map(volume -> volume.state() != VolumeState.CREATING).orElse(true));
  }

  /// Waits for an attachment that has begun.
  ///
  /// @return false if it has come to nothing, and the volume is available
  public boolean awaitAttached(String id) {
    boolean[] attached = new boolean[1];
    await(
        id + " is not attached",
        () -> {
          Volume volume = volume(id);
          attached[0] =
              volume.attachmentsOrEmpty().stream()
                  .anyMatch(a -> a.state() == VolumeAttachmentState.ATTACHED);
          return attached[0] || volume.state() == VolumeState.AVAILABLE;
        });
    return attached[0];
  }

  /// The volume; empty if there is none of this id.
  public Optional<Volume> find(String id) {
    try {
      return Optional.of(volume(id));
    } catch (AwsException e) {
      if (e.code().equals("InvalidVolume.NotFound")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Attaches a volume and waits for it.
  public void attachNow(String id, int number) {
    attach(id, number);
    if (!awaitAttached(id)) {
      throw new Broken(false, id + " was not attached");
    }
  }

  /// Detaches a volume that nobody has open, and waits for it.
  public void detachNow(String id) {
    detach(id, false);
    awaitAvailable(id);
  }

  private Volume volume(String id) {
    return ec2.describeVolumes(
            ANYBODY, DescribeVolumesRequest.builder().volumeIds(List.of(id)).build())
        .volumesOrEmpty()
        .getFirst();
  }

  private synchronized String instance() {
    if (instance == null) {
      instance =
          ec2.describeInstances(ANYBODY, DescribeInstancesRequest.builder().build())
              .reservationsOrEmpty()
              .getFirst()
              .instancesOrEmpty()
              .getFirst()
              .instanceId();
    }
    return Objects.requireNonNull(instance);
  }

  private static void await(String what, BooleanSupplier reached) {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new Broken(true, "after %d s %s".formatted(LONGEST_WAIT.toSeconds(), what));
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    ec2.close();
    kms.close();
    own.close();
  }
}
