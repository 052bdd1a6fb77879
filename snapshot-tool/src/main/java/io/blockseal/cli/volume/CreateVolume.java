package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.SizeConverter;
import io.blockseal.cli.Tags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

  /// The types that there are, and not the one that stands for a type of the future.
  static final class TypeNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(VolumeType.values())
          .filter(type -> type != VolumeType.UNRECOGNIZED)
          .map(VolumeType::wireValue)
          .iterator();
    }
  }

  static final class TypeConverter implements ITypeConverter<VolumeType> {
    @Override
    public VolumeType convert(String text) {
      VolumeType type = VolumeType.of(text.toLowerCase(Locale.ROOT));
      if (type == VolumeType.UNRECOGNIZED) {
        throw new TypeConversionException(
            "expected one of %s, not '%s'".formatted(String.join(", ", new TypeNames()), text));
      }
      return type;
    }
  }

  private final Context context;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Whole GiB: 10G, 2T; that of the snapshot if not given.")
  private @Nullable Integer size;

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
      converter = TypeConverter.class,
      completionCandidates = TypeNames.class,
      description = "gp3, gp2, io1, io2, st1, sc1 or standard.")
  private @Nullable VolumeType type;

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      converter = Tags.Converter.class,
      description = "A tag; may be given again.")
  private List<Tag> tags = List.of();

  @Option(names = "--wait", description = "Wait until it is available.")
  private boolean wait;

  CreateVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (size == null && snapshot == null) {
      throw CommandException.usage(
          "how large? --size 10G, or --snapshot-id to make it from a snapshot");
    }
    Volume volume = context.ec2().createVolume(context.caller(), request());
    String id = Objects.requireNonNull(volume.volumeId());
    context.output().made(id);
    if (wait) {
      Volumes.await(context, id, VolumeState.AVAILABLE);
    }
    context.output().made(wait ? Volumes.one(context, id) : volume);
  }

  private CreateVolumeRequest request() {
    List<Tag> allTags = new ArrayList<>(tags);
    if (cipher != null) {
      allTags.add(Tag.builder().key(CIPHER_TAG).value(cipher.wireName).build());
    }
    return CreateVolumeRequest.builder()
        .availabilityZone(zone == null ? context.region() + "a" : zone)
        .size(size)
        .snapshotId(snapshot)
        .encrypted(encrypted ? true : null)
        .kmsKeyId(key)
        .volumeType(type)
        .tagSpecifications(Tags.specification(ResourceType.VOLUME, allTags))
        .build();
  }
}
