package io.blockseal.daemon;

import io.blockseal.daemon.SettingSources.Given;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the daemon until it is told to stop.
@Command(
    name = "run",
    description =
        "Run the daemon in the foreground; SIGTERM or Ctrl-C stops it. It prints one line when it"
            + " is ready and logs to standard error.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald run --data /var/lib/blockseal",
      "  blockseald run --data DIR --listen 127.0.0.1:4599 --mount /mnt/volumes",
      "  blockseald run --data DIR --mount none        # no FUSE: keys and records only"
    })
final class RunCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where the AWS APIs are served.")
  private @Nullable String listen;

  @Option(
      names = "--mount",
      paramLabel = "DIR|none",
      description = "Where attached volumes appear as files.")
  private @Nullable String mount;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The passphrase of the root of trust, if it has one.")
  private @Nullable String passphraseFile;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warning, info or debug.")
  private @Nullable String logLevel;

  @Spec private @Nullable CommandSpec spec;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    DataDirectory directory = data.directory(environment);
    directory.requireInitialised();
    Configuration configuration = Configuration.load(directory, environment, flags());
    LogFormat.install(configuration.logLevel());
    Logger log = System.getLogger(RunCommand.class.getName());
    directory.exposure().ifPresent(exposure -> log.log(Level.WARNING, exposure));
    try {
      CoreDumps.disable();
    } catch (IOException e) {
      log.log(Level.WARNING, "a crash of this process may leave keys in a core dump", e);
    }
    CompletableFuture<Daemon> started = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, log), "stop"));
    try {
      Daemon daemon = Daemon.start(directory, configuration, environment);
      started.complete(daemon);
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.println(daemon.greeting());
      out.flush();
    } catch (Exception e) { // the hook must not wait for a daemon that never comes
      started.completeExceptionally(e);
      throw e;
    }
    new CountDownLatch(1).await(); // the hook ends the process
    return 0;
  }

  /// Closes what was started. Halts, because a process that was told to stop and did stop in good
  /// order has not failed, and the JVM would answer the signal with an exit code that says so.
  private static void stop(CompletableFuture<Daemon> started, Logger log) {
    try {
      started.join().close();
      Runtime.getRuntime().halt(0);
    } catch (CompletionException e) {
      return; // it did not start, which was reported, and closed what it had
    } catch (Exception e) { // nobody is left to tell but the log
      log.log(Level.ERROR, "the daemon did not stop in good order", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private Map<Setting, Given> flags() {
    Map<Setting, Given> flags = new EnumMap<>(Setting.class);
    put(flags, Setting.LISTEN, listen, "--listen");
    put(flags, Setting.MOUNT, "none".equals(mount) ? mount : here(mount), "--mount");
    put(flags, Setting.PASSPHRASE_FILE, here(passphraseFile), "--passphrase-file");
    put(flags, Setting.LOG_LEVEL, logLevel, "--log-level");
    return flags;
  }

  /// Who types a path means the current directory; the file of settings means its own.
  private static @Nullable String here(@Nullable String path) {
    return path == null ? null : Path.of(path).toAbsolutePath().toString();
  }

  private static void put(
      Map<Setting, Given> flags, Setting setting, @Nullable String value, String flag) {
    if (value != null) {
      flags.put(setting, new Given(value, flag));
    }
  }
}
