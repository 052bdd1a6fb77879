package io.blockseal.cli.settings;

import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Move the daemon's time forwards, so that rotations and deletions come due.
@Command(
    name = "advance",
    description = "Move the daemon's time forwards, so that rotations and deletions come due.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal clock advance 30d"})
final class AdvanceClock implements Runnable {
  private final Context context;

  @Parameters(
      paramLabel = "DURATION",
      description = "How far: 30d, 12h, 90m or ISO 8601 (P30DT12H).")
  private String duration = "";

  AdvanceClock(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Map<String, @Nullable Object> clock =
        context.daemon().post("clock/advance", Map.of("duration", duration));
    context
        .output()
        .show(
            clock,
            () ->
                Table.facts()
                    .fact("time", clock.get("time"))
                    .fact("ahead by", clock.get("offset")));
  }
}
