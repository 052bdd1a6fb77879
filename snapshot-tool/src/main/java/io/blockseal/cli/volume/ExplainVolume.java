package io.blockseal.cli.volume;

import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Says why a volume was last refused, such as by its key, and which older copies of it were let
/// pass. A volume that vanished for this very reason has it still.
@Command(
    name = "explain",
    description =
        "Say why this volume was last refused, such as by its key, also if it is gone since.",
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
    Map<String, @Nullable Object> detail =
        Volumes.detail(context, volume)
            .orElseThrow(
                () ->
                    new CommandException(
                        "this endpoint is no Blockseal daemon, and only a daemon keeps the"
                            + " reasons"));
    List<String> why = new ArrayList<>();
    why.add(Volumes.explanation(context, volume).orElse("Nothing was refused so far."));
    if (detail.get("acceptedRollbacks") instanceof List<?> rollbacks) {
      rollbacks.forEach(rollback -> why.add(told(rollback)));
    }
    String text = String.join("\n", why);
    context.output().done(Map.of("VolumeId", volume, "Explanation", text), text);
  }

  private static String told(@Nullable Object rollback) {
    return rollback instanceof Map<?, ?> facts
        ? "An older copy was let pass at %s by %s with access key %s."
            .formatted(facts.get("time"), facts.get("by"), facts.get("accessKeyId"))
        : "An older copy was let pass.";
  }
}
