package io.blockseal.cli.settings;

import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// Show the daemon's time, which rotation and deletion go by.
@Command(
    name = "show",
    description = "Show the daemon's time, which rotation and deletion go by.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal clock show")
final class ShowClock implements Runnable {
  private final Context context;

  ShowClock(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Map<String, @Nullable Object> clock =
        context
            .daemon()
            .get("clock")
            .orElseThrow(() -> new CommandException("this endpoint has no movable clock"));
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
