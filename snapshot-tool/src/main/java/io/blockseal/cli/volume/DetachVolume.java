package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.cli.Context;
import io.blockseal.cli.Host;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Unmounts what is mounted of a volume, releases its loop devices and detaches it.
@Command(name = "detach", description = "Unmount a volume, release its loop devices and detach it.")
final class DetachVolume implements Runnable {
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
    Path file = Volumes.file(context, volume);
    for (Host.LoopMount loop : context.host().loopsOf(file)) {
      loop.mountPoints().forEach(context.host()::unmount);
      context.host().detachLoop(loop.loopDevice());
    }
    DetachVolumeRequest request =
        DetachVolumeRequest.builder().volumeId(volume).force(force ? true : null).build();
    context.ec2().detachVolume(context.caller(), request);
    Volumes.await(context, volume, VolumeState.AVAILABLE);
    context
        .output()
        .done(Map.of("VolumeId", volume, "State", "available"), volume + " is detached");
  }
}
