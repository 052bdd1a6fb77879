package io.blockseal.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// Shows whether the daemon is well.
@Command(
    name = "health",
    description = "Show whether the daemon is well.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal health", "  blockseal health --endpoint-url http://127.0.0.1:4599"})
final class Health implements Callable<Integer> {
  private final Context context;

  Health(Context context) {
    this.context = context;
  }

  /// @return 1 if the daemon has troubles, so that a probe need not read them
  @Override
  public Integer call() {
    Map<String, @Nullable Object> health =
        context
            .daemon()
            .get("health")
            .orElseThrow(() -> new CommandException("this endpoint is no Blockseal daemon"));
    context
        .output()
        .show(
            health,
            () -> {
              Table table = Table.facts();
              health.forEach(table::fact);
              return table;
            });
    return "ok".equals(health.get("status")) ? 0 : 1;
  }
}
