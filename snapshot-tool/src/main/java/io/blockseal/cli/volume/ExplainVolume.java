package io.blockseal.cli.volume;

import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Says why a volume's key last refused.
@Command(name = "explain", description = "Say why the KMS last refused this volume its data key.")
final class ExplainVolume implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  ExplainVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    String why = Volumes.explanation(context, volume);
    context.output().done(Map.of("VolumeId", volume, "Explanation", why), why);
  }
}
