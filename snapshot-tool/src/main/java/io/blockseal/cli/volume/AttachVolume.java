package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.wire.PercentCoding;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Host;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Attaches a volume and, if asked, makes a file system on it and mounts it.
@Command(
    name = "attach",
    description = "Attach a volume; on request make a file system on it and mount it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume attach vol-0123456789abcdef0",
      "  blockseal volume attach vol-0123456789abcdef0 --mkfs ext4 --mount /mnt/data",
      "  blockseal volume attach vol-0123456789abcdef0 --mount /mnt/data",
      "  blockseal volume attach vol-0123456789abcdef0 --accept-rollback"
    })
final class AttachVolume implements Runnable {
  private static final String FIRST_DEVICE = "/dev/sdf";
  private static final char LAST_LETTER = 'p';

  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  @Option(
      names = "--instance-id",
      paramLabel = "INSTANCE",
      description = "Where to; the daemon has only one.")
  private @Nullable String instance;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "The device name; the next free one from /dev/sdf if not given.")
  private @Nullable String device;

  @Option(
      names = "--mkfs",
      paramLabel = "ext4|xfs|btrfs",
      description = "Make this file system on it first.")
  private Host.@Nullable FileSystem fileSystem;

  @Option(
      names = "--force",
      description = "Make the file system even where there is something already.")
  private boolean force;

  @Option(
      names = "--mount",
      paramLabel = "DIR",
      description = "Mount it there, through a loop device; empty, or made if it is not there.")
  private @Nullable Path directory;

  @Option(
      names = "--accept-rollback",
      description =
          "Attach the volume though its files are an older copy of it. What was written since is"
              + " lost; the daemon keeps on record who let it pass.")
  private boolean acceptRollback;

  AttachVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    attach();
    Optional<Path> file = Volumes.file(context, volume);
    if (file.isEmpty()) {
      showWithoutFile();
      return;
    }
    Map<String, Object> done = new LinkedHashMap<>();
    done.put("VolumeId", volume);
    done.put("Path", file.get().toString());
    if (directory != null) {
      requireEmpty(directory.toAbsolutePath().normalize(), file.get());
    }
    if (fileSystem != null) {
      makeFileSystem(file.get(), fileSystem);
    }
    String where = file.get().toString();
    if (directory != null) {
      Path target = directory.toAbsolutePath().normalize();
      done.put("LoopDevice", mount(file.get(), target));
      done.put("MountPoint", target.toString());
      where = target.toString();
    }
    context.output().done(done, where);
  }

  /// Attaches the volume, unless it is attached and something else is asked for as well: then an
  /// earlier run came as far as that.
  private void attach() {
    if (directory != null || fileSystem != null) {
      boolean attached =
          Volumes.one(context, volume).attachmentsOrEmpty().stream()
              .anyMatch(attachment -> attachment.state() == VolumeAttachmentState.ATTACHED);
      if (attached) {
        context.notes().note(volume + " is attached already");
        return;
      }
    }
    if (acceptRollback) {
      acceptRollback();
    }
    AttachVolumeRequest request =
        AttachVolumeRequest.builder()
            .volumeId(volume)
            .instanceId(instance == null ? Volumes.onlyInstance(context) : instance)
            .device(device == null ? nextDevice() : device)
            .build();
    context.ec2().attachVolume(context.caller(), request);
    Volumes.awaitAttached(context, volume);
  }

  private void acceptRollback() {
    Map<String, @Nullable Object> answer =
        context
            .daemon()
            .post("volumes/" + PercentCoding.encode(volume) + "/accept-rollback", Map.of());
    context
        .notes()
        .note(
            Boolean.TRUE.equals(answer.get("accepted"))
                ? volume + " is attached as the older copy that its files are"
                : volume + " was not rolled back; there was nothing to accept");
  }

  /// AWS attaches to a machine of its own, and shows no file.
  private void showWithoutFile() {
    if (directory != null || fileSystem != null) {
      throw new CommandException(
          "%s is attached, but only a daemon shows it here as a file, to be formatted and mounted"
              .formatted(volume));
    }
    context.output().done("VolumeId", volume);
  }

  /// Refuses to mount over files: they would be out of sight, and programs that look for them would
  /// write to the volume. Where the volume itself is mounted they are its own.
  private void requireEmpty(Path target, Path file) {
    boolean mounted =
        context.host().loopsOf(file).stream().anyMatch(loop -> loop.mountPoints().contains(target));
    if (!mounted && context.host().holdsAnything(target)) {
      throw new CommandException(
          "%s is not empty, so %s was not mounted over what it holds; an empty directory, or one that is not there yet, is fit for it. The volume is attached."
              .formatted(target, volume));
    }
  }

  private void makeFileSystem(Path file, Host.FileSystem kind) {
    List<Host.LoopMount> loops = context.host().loopsOf(file);
    if (!loops.isEmpty()) {
      throw new CommandException(
          "%s is in use through %s, so no %s was made on it; `blockseal volume detach %s` comes first"
              .formatted(volume, loops.getFirst().loopDevice(), kind, volume));
    }
    Optional<String> content = context.host().contentOf(file);
    if (content.isPresent() && !force) {
      throw new CommandException(
          "%s already holds %s, so no %s was made on it; --force overwrites it. The volume is attached."
              .formatted(volume, content.get(), kind));
    }
    context.host().makeFileSystem(kind, file, force);
  }

  /// Through the loop device that is there already, if one is: the kernel would take a second one
  /// for another disk, and two mounts of it would destroy each other's file system.
  private String mount(Path file, Path target) {
    List<Host.LoopMount> loops = context.host().loopsOf(file);
    for (Host.LoopMount loop : loops) {
      if (loop.mountPoints().contains(target)) {
        context.notes().note("%s is mounted on %s already".formatted(volume, target));
        return loop.loopDevice();
      }
    }
    if (!loops.isEmpty()) {
      String there = loops.getFirst().loopDevice();
      context.host().mount(there, target);
      return there;
    }
    if (fileSystem == null && context.host().contentOf(file).isEmpty()) {
      throw new CommandException(
          "%s holds no file system to mount; --mkfs ext4 makes one. The volume is attached."
              .formatted(volume));
    }
    return mountAnew(file, target);
  }

  private String mountAnew(Path file, Path target) {
    String loop = context.host().attachLoop(file);
    try {
      context.host().mount(loop, target);
    } catch (CommandException failed) {
      context.host().detachLoop(loop);
      throw failed;
    }
    return loop;
  }

  private String nextDevice() {
    Set<String> taken =
        Volumes.all(context).stream()
            .map(Volume::attachmentsOrEmpty)
            .flatMap(List::stream)
            .map(VolumeAttachment::device)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(TreeSet::new));
    String stem = FIRST_DEVICE.substring(0, FIRST_DEVICE.length() - 1);
    for (char letter = FIRST_DEVICE.charAt(FIRST_DEVICE.length() - 1);
        letter <= LAST_LETTER;
        letter++) {
      if (!taken.contains(stem + letter)) {
        return stem + letter;
      }
    }
    for (char first = 'a'; first <= 'z'; first++) {
      for (char second = 'a'; second <= 'z'; second++) {
        if (!taken.contains(stem + first + second)) {
          return stem + first + second;
        }
      }
    }
    throw CommandException.usage("every device name is taken; name one with --device");
  }
}
