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
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looking volumes up, and waiting for them.
final class Volumes {
  private static final Duration LONGEST_WAIT = Duration.ofDays(2);

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
      throw new CommandException(id + " could not be attached. " + explanation(context, id));
    }
    return attachments.getFirst().state() == VolumeAttachmentState.ATTACHED;
  }

  private static boolean isIn(Context context, String id, VolumeState state) {
    Volume volume;
    try {
      volume = one(context, id);
    } catch (AwsException refusal) {
      if (refusal.code().equals("InvalidVolume.NotFound")) {
        throw new CommandException(
            "%s is gone: its creation failed, as it does when the key cannot be used. %s"
                .formatted(id, explanation(context, id)),
            refusal);
      }
      throw refusal;
    }
    if (volume.state() == VolumeState.ERROR && state != VolumeState.ERROR) {
      throw new CommandException(id + " ended in error. " + explanation(context, id));
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
      throw new CommandException(
          "name one of %d instances with --instance-id".formatted(ids.size()));
    }
    return ids.getFirst();
  }

  /// Where the daemon shows an attached volume.
  static Path file(Context context, String id) {
    Object path =
        context
            .daemon()
            .get("volumes/" + id)
            .orElseThrow(
                () ->
                    new CommandException("this endpoint is no Blockseal daemon; it shows no files"))
            .get("path");
    if (path instanceof String text) {
      return Path.of(text);
    }
    throw new CommandException(id + " is not attached, so there is no file of it");
  }

  /// Why the volume's key last refused, in a sentence.
  static String explanation(Context context, String id) {
    Map<String, @Nullable Object> detail = context.daemon().get("volumes/" + id).orElse(Map.of());
    return detail.get("explanation") instanceof String why ? why : "Nothing was refused so far.";
  }
}
