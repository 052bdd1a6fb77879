package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.DescribeVolumesModificationsRequest;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeResult;
import io.blockseal.aws.ec2.VolumeModification;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Host;
import io.blockseal.cli.Polling;
import io.blockseal.cli.SizeConverter;
import io.blockseal.cli.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes a volume larger, and what this host has of it: its loop devices and, if asked, the file
/// system.
@Command(
    name = "grow",
    description =
        "Make a volume larger, attached or not, and its loop devices with it; on request the"
            + " mounted file system, too.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume grow vol-0123456789abcdef0 --size 20G",
      "  blockseal volume grow vol-0123456789abcdef0 --size 20G --resize"
    })
final class GrowVolume implements Runnable {
  /// The kernel believes what it knows of a file's length for a second.
  private static final Duration LONGEST_STALE = Duration.ofSeconds(30);

  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      required = true,
      converter = SizeConverter.class,
      description = "The new size in whole GiB: 20G, 2T.")
  private int gibibytes;

  @Option(
      names = "--resize",
      description = "Let the mounted file system fill it; ext4, xfs and btrfs can.")
  private boolean resize;

  GrowVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (resize && loops().stream().allMatch(loop -> context.host().growCommand(loop).isEmpty())) {
      throw new CommandException(
          "%s was not grown: --resize is for an ext4, xfs or btrfs file system of it that is mounted here, and there is none"
              .formatted(volume));
    }
    ModifyVolumeRequest request =
        ModifyVolumeRequest.builder().volumeId(volume).size(gibibytes).build();
    context.ec2().modifyVolume(context.caller(), request);
    VolumeModification ended = await();
    loops().forEach(this::grow);
    context
        .output()
        .show(
            new ModifyVolumeResult(ended),
            () -> Table.facts().row("%s has %d GiB".formatted(volume, gibibytes)));
  }

  private VolumeModification await() {
    return Polling.awaited(
        "%s has not %d GiB".formatted(volume, gibibytes),
        Volumes.LONGEST_WAIT,
        () -> Optional.of(newestModification()).filter(this::hasEnded));
  }

  private VolumeModification newestModification() {
    return context
        .ec2()
        .describeVolumesModifications(
            context.caller(),
            DescribeVolumesModificationsRequest.builder().volumeIds(List.of(volume)).build())
        .volumesModificationsOrEmpty()
        .getFirst();
  }

  /// The new size can be used as soon as the volume is only being optimised for it.
  private boolean hasEnded(VolumeModification modification) {
    return switch (modification.modificationState()) {
      case OPTIMIZING, COMPLETED -> true;
      case FAILED ->
          throw CommandException.refused(
              "%s was not grown: %s"
                  .formatted(
                      volume,
                      modification.statusMessage() == null
                          ? "the service gives no reason"
                          : modification.statusMessage()));
      case MODIFYING, UNRECOGNIZED -> false;
      case null -> false;
    };
  }

  private List<Host.LoopMount> loops() {
    return fileHere().map(context.host()::loopsOf).orElse(List.of());
  }

  private Optional<Path> fileHere() {
    return Volumes.file(context, volume).filter(file -> context.host().lengthOf(file).isPresent());
  }

  private void grow(Host.LoopMount loop) {
    awaitLength();
    context.host().resizeLoop(loop.loopDevice());
    List<String> command = context.host().growCommand(loop);
    if (command.isEmpty()) {
      return;
    }
    if (!resize) {
      context
          .notes()
          .note(
              "`%s` lets the file system fill it, as --resize does"
                  .formatted(String.join(" ", command)));
      return;
    }
    try {
      context.host().run(command);
    } catch (CommandException failed) {
      throw new CommandException(
          "%s has %d GiB, but its file system does not fill it: %s"
              .formatted(volume, gibibytes, failed.getMessage()),
          failed);
    }
  }

  /// A loop device takes the length that this host knows of the file, which may be an old one.
  private void awaitLength() {
    long bytes = (long) gibibytes << 30;
    Polling.until(
        "the file of %s has not %d GiB here".formatted(volume, gibibytes),
        LONGEST_STALE,
        () ->
            fileHere()
                .map(file -> context.host().lengthOf(file).orElse(bytes) >= bytes)
                .orElse(true));
  }
}
