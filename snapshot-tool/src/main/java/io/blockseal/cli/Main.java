package io.blockseal.cli;

import java.util.Map;
import java.util.Objects;

/// Where the program starts.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    String version =
        Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "unknown");
    GlobalOptions options = new GlobalOptions(environment);
    Context context = new RemoteContext(options, environment, Terminal.ofProcess(), version);
    System.exit(CommandTable.of(context, options, version).execute(arguments));
  }
}
