package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Sizes;
import io.blockseal.cli.Table;
import io.blockseal.cli.Tags;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Creates a volume, empty or from a snapshot.
@Command(
    name = "create",
    description = "Create a volume, empty or from a snapshot.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume create --size 10G --encrypted",
      "  blockseal volume create --size 10G --encrypted --kms-key-id alias/db --cipher gcm",
      "  blockseal volume create --snapshot-id snap-0123456789abcdef0 --wait"
    })
final class CreateVolume implements Runnable {
  /// The tag by which Blockseal lets a caller choose the cipher; the EC2 API has no parameter for
  /// it.
  private static final String CIPHER_TAG = "blockseal:cipher";

  enum Cipher {
    xts("AES_256_XTS"),
    gcm("AES_256_GCM");

    private final String wireName;

    Cipher(String wireName) {
      this.wireName = wireName;
    }
  }

  private final Context context;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Whole GiB: 10G, 2T; that of the snapshot if not given.")
  private @Nullable String size;

  @Option(
      names = "--snapshot-id",
      paramLabel = "SNAPSHOT",
      description = "What it shall hold at first.")
  private @Nullable String snapshot;

  @Option(
      names = "--encrypted",
      description = "Encrypt it; where encryption by default is on, it is in any case.")
  private boolean encrypted;

  @Option(
      names = "--kms-key-id",
      paramLabel = "KEY",
      description = "Key id, ARN or alias; needs --encrypted.")
  private @Nullable String key;

  @Option(
      names = "--cipher",
      paramLabel = "xts|gcm",
      description = "The daemon's default (xts) if not given.")
  private @Nullable Cipher cipher;

  @Option(
      names = "--availability-zone",
      paramLabel = "ZONE",
      description = "The first zone of the Region if not given.")
  private @Nullable String zone;

  @Option(
      names = "--volume-type",
      paramLabel = "TYPE",
      description = "gp3, gp2, io1, io2, st1, sc1 or standard.")
  private @Nullable String type;

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag; may be given again.")
  private Map<String, String> tags = Map.of();

  @Option(names = "--wait", description = "Wait until it is available.")
  private boolean wait;

  CreateVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (size == null && snapshot == null) {
      throw new CommandException(
          "how large? --size 10G, or --snapshot-id to make it from a snapshot");
    }
    Volume volume = context.ec2().createVolume(context.caller(), request());
    String id = Objects.requireNonNull(volume.volumeId());
    if (wait) {
      Volumes.await(context, id, VolumeState.AVAILABLE);
    }
    context.output().show(wait ? Volumes.one(context, id) : volume, () -> Table.facts().row(id));
  }

  private CreateVolumeRequest request() {
    Map<String, String> allTags = new LinkedHashMap<>(tags);
    if (cipher != null) {
      allTags.put(CIPHER_TAG, cipher.wireName);
    }
    return CreateVolumeRequest.builder()
        .availabilityZone(zone == null ? context.region() + "a" : zone)
        .size(size == null ? null : Sizes.gibibytes(size))
        .snapshotId(snapshot)
        .encrypted(encrypted ? true : null)
        .kmsKeyId(key)
        .volumeType(type == null ? null : VolumeType.of(type))
        .tagSpecifications(Tags.specification(ResourceType.VOLUME, allTags))
        .build();
  }
}
