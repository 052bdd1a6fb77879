package io.blockseal.stress;

import io.blockseal.it.BlockFile;
import io.blockseal.it.DaemonProcess;
import io.blockseal.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The program of `scripts/stress.sh`: rounds until the time is up or a finding turns up.
@Command(name = "stress")
final class Stress implements Callable<Integer> {
  private static final String[] TOTALS = {
    "kills", "writes", "discards", "flushes", "reads", "cutOff", "unitsVerified", "snapshots"
  };

  @Option(names = "--work", required = true)
  private Path work = Path.of("");

  @Option(names = "--minutes")
  private double minutes;

  @Option(names = "--rounds")
  private int rounds;

  @Option(names = "--seed")
  private @Nullable Long seed;

  @Option(names = "--log")
  private @Nullable Path log;

  private final Map<String, Long> totals = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Stress()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    long first = seed == null ? System.nanoTime() : seed;
    long beganNs = System.nanoTime();
    System.out.printf("stress: --seed %d%n", first);
    int played = 0;
    DaemonProcess daemon = DaemonProcess.start(work);
    try (PrintStream lines = lines()) {
      Fleet fleet = new Fleet(daemon);
      SplittableRandom seeds = new SplittableRandom(first);
      while (findings.isEmpty() && goesOn(played, beganNs)) {
        played++;
        Round round = new Round(fleet, daemon, played, seeds.nextLong());
        Map<String, Object> json = round.play();
        findings.addAll(round.findings());
        for (String total : TOTALS) {
          totals.merge(total, ((Number) json.getOrDefault(total, 0)).longValue(), Long::sum);
        }
        lines.println(Json.write(json));
        System.out.printf(
            "round %d: %s, %s ms, %s writes%s%n",
            played,
            json.get("strike"),
            json.get("ms"),
            json.get("writes"),
            round.findings().isEmpty() ? "" : ", " + round.findings());
      }
      if (findings.isEmpty()) {
        end(daemon, fleet);
      }
      totals.put("rounds", (long) played);
      totals.put("snapshotsProven", fleet.snapshotsProven());
      totals.put("seconds", Duration.ofNanos(System.nanoTime() - beganNs).toSeconds());
      lines.println(Json.write(summary(first)));
    } finally {
      daemon.close();
    }
    System.out.println(Json.write(summary(first)));
    findings.forEach(System.out::println);
    return findings.isEmpty() ? 0 : 1;
  }

  private boolean goesOn(int played, long beganNs) {
    boolean inTime =
        minutes <= 0
            || System.nanoTime() - beganNs
                < Duration.ofMillis(Math.round(minutes * 60_000)).toNanos();
    return rounds > 0 ? played < rounds && inTime : inTime;
  }

  /// A clean stop and start, and then every unit of every volume.
  private void end(DaemonProcess daemon, Fleet fleet) {
    try {
      daemon.stop();
      daemon.start();
      fleet.judgeWhole(findings);
    } catch (BlockFile.Failure | AssertionError e) {
      findings.add(new Finding(Finding.Kind.CONTROL, "at the end: " + e));
    }
  }

  private PrintStream lines() throws IOException {
    return log == null
        ? new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8)
        : new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8);
  }

  private Map<String, Object> summary(long first) {
    Map<Finding.Kind, Integer> kinds = new EnumMap<>(Finding.Kind.class);
    for (Finding.Kind kind : Finding.Kind.values()) {
      kinds.put(kind, 0);
    }
    findings.forEach(finding -> kinds.merge(finding.kind(), 1, Integer::sum));
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("summary", true);
    summary.put("seed", first);
    summary.putAll(totals);
    Map<String, Object> counted = new LinkedHashMap<>();
    kinds.forEach((kind, count) -> counted.put(kind.name(), count));
    summary.put("findings", counted);
    return summary;
  }
}
