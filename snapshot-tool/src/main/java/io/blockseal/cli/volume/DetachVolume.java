package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Host;
import io.blockseal.cli.Polling;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Unmounts what is mounted of a volume, releases its loop devices and detaches it.
@Command(
    name = "detach",
    description = "Unmount a volume, release its loop devices and detach it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume detach vol-0123456789abcdef0",
      "  blockseal volume detach vol-0123456789abcdef0 --force"
    })
final class DetachVolume implements Runnable {
  /// A volume that nothing has open is detached in less.
  private static final long PATIENCE_MS = 3_000;

  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  @Option(
      names = "--force",
      description = "Detach even while a program has it open; what it writes later is lost.")
  private boolean force;

  DetachVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Optional<Path> file = Volumes.file(context, volume);
    if (file.isPresent() && context.host().lengthOf(file.get()).isPresent()) {
      context.host().loopsOf(file.get()).forEach(this::release);
    }
    DetachVolumeRequest request =
        DetachVolumeRequest.builder().volumeId(volume).force(force ? true : null).build();
    Optional<Object> earlierFailure = failure();
    context.ec2().detachVolume(context.caller(), request);
    await();
    Optional<Object> failure = failure();
    if (failure.isPresent() && !failure.equals(earlierFailure)) {
      Volumes.explanation(context, volume).ifPresent(context.notes()::note);
    }
    context
        .output()
        .done(Map.of("VolumeId", volume, "State", "available"), volume + " is detached");
  }

  /// What went wrong with the volume last. One that is detached may not be complete: a daemon that
  /// has no room for what is in its journal leaves it there.
  private Optional<Object> failure() {
    return Volumes.detail(context, volume).map(detail -> detail.get("lastFailure"));
  }

  /// By force, what cannot be taken away here is left to the daemon, which takes away the file.
  private void release(Host.LoopMount loop) {
    try {
      loop.mountPoints().forEach(directory -> context.host().unmount(directory, force));
      context.host().detachLoop(loop.loopDevice());
    } catch (CommandException failed) {
      if (!force) {
        throw new CommandException(
            "%s stays attached; --force detaches it all the same, and what is not written yet is lost. %s"
                .formatted(volume, failed.getMessage()),
            failed);
      }
      context.notes().note(String.valueOf(failed.getMessage()));
    }
  }

  private void await() {
    long start = System.nanoTime();
    boolean[] told = {force};
    Polling.until(
        volume + " is not available",
        Volumes.LONGEST_WAIT,
        () -> {
          boolean detached = Volumes.isIn(context, volume, VolumeState.AVAILABLE);
          if (!detached && !told[0] && System.nanoTime() - start > PATIENCE_MS * 1_000_000) {
            context
                .notes()
                .note("a program has %s open; waiting for it, --force would not".formatted(volume));
            told[0] = true;
          }
          return detached;
        });
  }
}
