package io.blockseal.cli.volume;

import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Says why a volume's key last refused. A volume that vanished for this very reason has it still.
@Command(
    name = "explain",
    description =
        "Say why the KMS last refused this volume its data key, also if it is gone since.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal volume explain vol-0123456789abcdef0")
final class ExplainVolume implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  ExplainVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (Volumes.detail(context, volume).isEmpty()) {
      throw new CommandException(
          "this endpoint is no Blockseal daemon, and only a daemon keeps the reasons");
    }
    String why = Volumes.explanation(context, volume).orElse("Nothing was refused so far.");
    context.output().done(Map.of("VolumeId", volume, "Explanation", why), why);
  }
}
