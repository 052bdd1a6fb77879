package io.blockseal.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A daemon of the distribution in a process and a directory of its own. It can be killed and
/// started again.
public final class DaemonProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long STOP_LIMIT_SECONDS = 60;

  private final Path work;
  private final int port;
  private Map<String, String> settings = Map.of();
  private @Nullable Process process;

  private DaemonProcess(Path work, int port) {
    this.work = work;
    this.port = port;
  }

  /// Makes a data directory in `work` and starts a daemon on it.
  public static DaemonProcess start(Path work) {
    DaemonProcess daemon = prepare(work);
    daemon.start();
    return daemon;
  }

  /// Makes a data directory in `work`, for a daemon that is started later.
  public static DaemonProcess prepare(Path work) {
    DaemonProcess daemon = new DaemonProcess(work, freePort());
    Shell.Result made =
        Shell.execute(
            environmentOfJava(),
            Distribution.blockseald(),
            "init",
            "--data",
            daemon.data().toString());
    if (made.exitCode() != 0) {
      throw new AssertionError("init failed: " + made);
    }
    return daemon;
  }

  /// Environment variables of the daemon, from its next start on.
  public void settings(Map<String, String> environment) {
    settings = Map.copyOf(environment);
  }

  /// Starts the daemon on what is there, and returns when it answers.
  public void start() {
    launch();
    awaitHealth(Objects.requireNonNull(process));
  }

  /// Starts the daemon and does not wait for it.
  public void launch() {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              Distribution.blockseald(),
              "run",
              "--data",
              data().toString(),
              "--listen",
              "127.0.0.1:" + port,
              "--mount",
              mountPoint().toString());
      builder.environment().putAll(environmentOfJava());
      builder.environment().putAll(settings);
      builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitHealth(Process started) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest probe =
          HttpRequest.newBuilder(URI.create(endpoint() + "/_blockseal/health")).build();
      while (!answers(client, probe)) {
        if (!started.isAlive() || System.nanoTime() - deadline > 0) {
          throw new AssertionError("the daemon does not answer:\n" + logText());
        }
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static boolean answers(HttpClient client, HttpRequest probe) throws InterruptedException {
    try {
      return client.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /// SIGKILL: nothing is written, closed or unmounted.
  public void kill() {
    end(process, true);
  }

  /// SIGTERM, and waits for the clean end.
  public void stop() {
    end(process, false);
  }

  private void end(@Nullable Process running, boolean forcibly) {
    if (running == null) {
      return;
    }
    process = null;
    try {
      if (forcibly) {
        running.destroyForcibly();
      } else {
        running.destroy();
      }
      if (!running.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
        throw new AssertionError("the daemon did not stop:\n" + logText());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /// Runs `blockseal` with these arguments and returns what it printed.
  public String cli(String... arguments) {
    Shell.Result result = tryCli(arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(
          "blockseal %s: %s\nthe daemon's log:\n%s"
              .formatted(List.of(arguments), result, logText()));
    }
    return result.out().stripTrailing();
  }

  /// Runs `blockseal`, whatever its exit code is.
  public Shell.Result tryCli(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Distribution.blockseal(), "--endpoint-url", endpoint()));
    command.addAll(List.of(arguments));
    return Shell.execute(environment(), command.toArray(String[]::new));
  }

  /// What points AWS clients at this daemon.
  public Map<String, String> environment() {
    return Map.of(
        "JAVA_HOME",
        System.getProperty("java.home"),
        "AWS_SHARED_CREDENTIALS_FILE",
        data().resolve("credentials").toString(),
        "AWS_CONFIG_FILE",
        data().resolve("config").toString(),
        "AWS_PROFILE",
        "blockseal",
        "AWS_REGION",
        "us-east-1",
        "AWS_DEFAULT_REGION",
        "us-east-1",
        "AWS_EC2_METADATA_DISABLED",
        "true",
        "AWS_PAGER",
        "");
  }

  /// The process that runs.
  public long pid() {
    return Objects.requireNonNull(process, "it does not run").pid();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  public Path data() {
    return work.resolve("data");
  }

  public Path mountPoint() {
    return work.resolve("volumes");
  }

  public Path fileOf(String volume) {
    return mountPoint().resolve(volume);
  }

  public String logText() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return work.resolve("daemon.log");
  }

  @Override
  public void close() {
    stop();
  }

  private static Map<String, String> environmentOfJava() {
    return Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
