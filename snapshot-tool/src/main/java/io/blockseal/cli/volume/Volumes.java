package io.blockseal.cli.volume;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.Instance;
import io.blockseal.aws.ec2.Reservation;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.wire.PercentCoding;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looking volumes up, and waiting for them.
final class Volumes {
  static final Duration LONGEST_WAIT = Duration.ofDays(2);
  private static final String NOT_FOUND = "InvalidVolume.NotFound";

  private Volumes() {}

  static Volume one(Context context, String id) {
    return context
        .ec2()
        .describeVolumes(
            context.caller(), DescribeVolumesRequest.builder().volumeIds(List.of(id)).build())
        .volumesOrEmpty()
        .getFirst();
  }

  static List<Volume> all(Context context) {
    List<Volume> volumes = new ArrayList<>();
    String token = null;
    do {
      DescribeVolumesResult page =
          context
              .ec2()
              .describeVolumes(
                  context.caller(), DescribeVolumesRequest.builder().nextToken(token).build());
      volumes.addAll(page.volumesOrEmpty());
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return volumes;
  }

  /// Waits until the volume is in `state`.
  ///
  /// @throws CommandException if it ends in `error`, or vanishes as a volume does whose key refuses
  static void await(Context context, String id, VolumeState state) {
    Polling.until(
        "%s is not %s".formatted(id, state), LONGEST_WAIT, () -> isIn(context, id, state));
  }

  /// Waits until the volume is attached: `in-use` it is from the first moment of attaching.
  ///
  /// @throws CommandException if the attachment goes away again
  static void awaitAttached(Context context, String id) {
    Polling.until(id + " is not attached", LONGEST_WAIT, () -> isAttached(context, id));
  }

  private static boolean isAttached(Context context, String id) {
    List<VolumeAttachment> attachments = one(context, id).attachmentsOrEmpty();
    if (attachments.isEmpty()) {
      throw CommandException.refused(
          "%s could not be attached. %s".formatted(id, reason(context, id)).strip());
    }
    return attachments.getFirst().state() == VolumeAttachmentState.ATTACHED;
  }

  /// Whether the volume is in `state` by now.
  ///
  /// @throws CommandException as [#await] does
  static boolean isIn(Context context, String id, VolumeState state) {
    Volume volume;
    try {
      volume = one(context, id);
    } catch (AwsException refusal) {
      if (refusal.code().equals(NOT_FOUND)) {
        throw CommandException.refused(
            "%s is gone: its creation failed, as it does when the key cannot be used. %s"
                .formatted(id, reason(context, id))
                .strip());
      }
      throw refusal;
    }
    if (volume.state() == VolumeState.ERROR && state != VolumeState.ERROR) {
      throw CommandException.refused(
          "%s ended in error. %s".formatted(id, reason(context, id)).strip());
    }
    return volume.state() == state;
  }

  /// The one instance of the endpoint, when it is a daemon.
  ///
  /// @throws CommandException if there are several, as on AWS
  static String onlyInstance(Context context) {
    List<String> ids =
        context
            .ec2()
            .describeInstances(context.caller(), DescribeInstancesRequest.builder().build())
            .reservationsOrEmpty()
            .stream()
            .map(Reservation::instancesOrEmpty)
            .flatMap(List::stream)
            .map(Instance::instanceId)
            .toList();
    if (ids.size() != 1) {
      throw CommandException.usage(
          "name one of %d instances with --instance-id".formatted(ids.size()));
    }
    return ids.getFirst();
  }

  /// What a daemon says of a volume beside EC2, also of one that is gone; empty if the endpoint is
  /// none.
  ///
  /// @throws AwsException if there never was a volume of this id
  static Optional<Map<String, @Nullable Object>> detail(Context context, String id) {
    if (id.isBlank()) {
      throw CommandException.usage("an empty volume id; one looks like vol-0123456789abcdef0");
    }
    return context.daemon().get("volumes/" + PercentCoding.encode(id));
  }

  /// Where the daemon shows a volume; empty if it is not attached or the endpoint is no daemon.
  static Optional<Path> file(Context context, String id) {
    return detail(context, id)
        .flatMap(
            facts ->
                facts.get("path") instanceof String path
                    ? Optional.of(Path.of(path))
                    : Optional.empty());
  }

  /// Why the volume's key last refused, in a sentence; empty if it never did or nobody knows.
  static Optional<String> explanation(Context context, String id) {
    return detail(context, id)
        .flatMap(
            facts ->
                facts.get("explanation") instanceof String why
                    ? Optional.of(why)
                    : Optional.empty());
  }

  /// The same, to be added to a message.
  private static String reason(Context context, String id) {
    try {
      return explanation(context, id).orElse("");
    } catch (AwsException unknown) {
      return "";
    }
  }
}
