package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.cli.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Deletes a volume that is not attached.
@Command(
    name = "delete",
    description = "Delete a volume that is not attached. Its snapshots stay.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal volume delete vol-0123456789abcdef0")
final class DeleteVolume implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  DeleteVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context
        .ec2()
        .deleteVolume(context.caller(), DeleteVolumeRequest.builder().volumeId(volume).build());
    context.output().done("VolumeId", volume);
  }
}
