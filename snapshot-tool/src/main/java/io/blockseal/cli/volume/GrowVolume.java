package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeResult;
import io.blockseal.cli.Context;
import io.blockseal.cli.Sizes;
import io.blockseal.cli.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes a volume larger.
@Command(
    name = "grow",
    description =
        "Make a volume larger, attached or not. The file system on it grows by its own tool"
            + " afterwards.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal volume grow vol-0123456789abcdef0 --size 20G")
final class GrowVolume implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      required = true,
      description = "The new size in whole GiB: 20G, 2T.")
  private String size = "";

  GrowVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    ModifyVolumeRequest request =
        ModifyVolumeRequest.builder().volumeId(volume).size(Sizes.gibibytes(size)).build();
    ModifyVolumeResult answer = context.ec2().modifyVolume(context.caller(), request);
    context
        .output()
        .show(answer, () -> Table.facts().row(volume + " has " + Sizes.gibibytes(size) + " GiB"));
  }
}
