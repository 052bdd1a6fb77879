package io.blockseal.stress;

import io.blockseal.aws.AwsException;
import io.blockseal.it.BlockFile;
import io.blockseal.it.DaemonClient;
import io.blockseal.it.DaemonProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// One round: load on every volume, one thing more, SIGKILL, a start, and a look at everything.
///
/// What is drawn follows from the seed; what the kill hits depends on the machine as well.
final class Round {
  private static final List<Strike> STRIKES = List.of(Strike.values());
  private static final int LONGEST_LOAD_MS = 800;
  private static final int LONGEST_AIM_MS = 80;
  private static final int LONGEST_START_MS = 1500;

  private final Fleet fleet;
  private final DaemonProcess daemon;
  private final String name;
  private final RandomGenerator random;
  private final Map<String, Object> json = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<Writer> writers = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<TakenSnapshot> taken = new CopyOnWriteArrayList<>();
  private final List<Map<String, Object>> loads = new CopyOnWriteArrayList<>();
  private int kills;

  /// The volume whose turn it is for a snapshot.
  private int ordinal;

  /// Set just before each SIGKILL.
  private volatile boolean struck;

  Round(Fleet fleet, DaemonProcess daemon, int number, long seed) {
    this.fleet = fleet;
    this.daemon = daemon;
    name = "round-" + number;
    random = generator(seed);
    json.put("round", number);
    json.put("seed", seed);
    ordinal = number;
  }

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// Plays it and returns its line of the log.
  Map<String, Object> play() {
    long beganNs = System.nanoTime();
    try {
      strike();
      rise();
      judge();
    } catch (DaemonClient.Broken e) {
      Finding.Kind kind = e.late() ? Finding.Kind.STUCK : Finding.Kind.CONTROL;
      findings.add(new Finding(kind, String.valueOf(e.getMessage())));
    } catch (BlockFile.Failure | AwsException | AssertionError e) {
      findings.add(new Finding(Finding.Kind.CONTROL, String.valueOf(e)));
    }
    json.put("kills", kills);
    json.put("loads", loads);
    json.put("writes", sum(Writer::writes));
    json.put("discards", sum(Writer::discards));
    json.put("flushes", sum(Writer::flushes));
    json.put("reads", sum(Writer::reads));
    json.put("cutOff", sum(writer -> writer.cutOff() ? 1 : 0));
    json.put(
        "unitsVerified",
        fleet.volumes().stream().mapToLong(v -> v.oracle().windows().units()).sum());
    json.put("snapshots", taken.size());
    json.put("ms", millisSince(beganNs));
    json.put("findings", findings.stream().map(Finding::json).toList());
    return json;
  }

  List<Finding> findings() {
    return findings;
  }

  int kills() {
    return kills;
  }

  private void strike() {
    long beganNs = System.nanoTime();
    Strike strike = STRIKES.get(random.nextInt(STRIKES.size()));
    json.put("strike", strike.name());
    try (DaemonClient control = new DaemonClient(daemon)) {
      fleet.tidy(control, random);
      StressVolume target = fleet.volumes().get(random.nextInt(fleet.volumes().size()));
      if (strike == Strike.ATTACH) {
        control.detachNow(target.id());
      }
      for (StressVolume volume : fleet.volumes()) {
        if (strike != Strike.ATTACH || volume != target) {
          load(volume, random);
        }
      }
      if (random.nextInt(4) == 0) {
        snapshot(control, "early", 1);
      }
      Pause.of(Duration.ofMillis(random.nextInt(20, LONGEST_LOAD_MS)));
      Thread commander = commander(control, strike, target);
      Pause.of(Duration.ofMillis(random.nextInt(LONGEST_AIM_MS)));
      struck = true;
      daemon.kill();
      kills++;
      threads.add(commander);
      join();
    }
    json.put("strikeMs", millisSince(beganNs));
    fleet.volumes().forEach(volume -> volume.oracle().settle());
    for (TakenSnapshot snapshot : taken) {
      snapshot.settle();
      fleet.add(snapshot);
    }
    writers.forEach(writer -> findings.addAll(writer.findings()));
  }

  /// Does the one thing more; what goes wrong after the kill is no wonder.
  private Thread commander(DaemonClient control, Strike strike, StressVolume target) {
    RandomGenerator own = generator(random.nextLong());
    return start(
        strike.name(),
        () -> {
          try {
            command(control, strike, target, own);
          } catch (AwsException | DaemonClient.Broken e) {
            if (!struck) {
              synchronized (findings) {
                findings.add(new Finding(Finding.Kind.CONTROL, strike + ": " + e));
              }
            }
          }
        });
  }

  private void command(
      DaemonClient control, Strike strike, StressVolume target, RandomGenerator own) {
    switch (strike) {
      case LOAD, START -> {}
      case SNAPSHOT -> snapshot(control, "late", 2);
      case ATTACH -> control.attachNow(target.id(), target.number());
      case DETACH -> {
        boolean force = own.nextInt(4) != 0;
        target.mayFail(force);
        control.detach(target.id(), force);
      }
      case HYDRATION -> fleet.proven().ifPresent(snapshot -> hydrate(control, snapshot, own));
      case MAKING -> {
        String volume = control.createVolume(1, "AES_256_GCM", null, null);
        fleet
            .proven()
            .ifPresent(snapshot -> control.copySnapshot(snapshot.id(), fleet.otherKey(control)));
        control.awaitAvailable(volume);
        control.deleteVolume(volume);
      }
    }
  }

  private void hydrate(DaemonClient control, TakenSnapshot snapshot, RandomGenerator own) {
    int sizeGib = snapshot.volume().sizeGib();
    String id = control.createVolume(sizeGib, null, snapshot.id(), null);
    StressVolume restored =
        new StressVolume(
            id,
            snapshot.volume().cipher(),
            sizeGib,
            fleet.nextNumber(),
            Oracle.of(snapshot.moment()));
    fleet.add(restored);
    control.awaitAvailable(id);
    control.attachNow(id, restored.number());
    load(restored, own);
  }

  private void snapshot(DaemonClient control, String which, int many) {
    control.letTimePass();
    List<StressVolume> volumes = List.copyOf(fleet.volumes());
    int first = ordinal++ % volumes.size();
    int last = Math.min(volumes.size(), first + many);
    for (StressVolume volume : volumes.subList(first, last)) {
      TakenSnapshot snapshot =
          new TakenSnapshot(volume, "%s %s %s".formatted(name, which, volume.id()));
      taken.add(snapshot);
      snapshot.answered(control.createSnapshot(volume.id(), snapshot.description()));
    }
  }

  private void load(StressVolume volume, RandomGenerator drawn) {
    Load load = Load.draw(drawn);
    Map<String, Object> entry = new LinkedHashMap<>(volume.json());
    entry.putAll(load.json());
    loads.add(entry);
    for (int i = 0; i < load.writers(); i++) {
      Writer writer =
          new Writer(
              Fleet.name(volume),
              daemon.fileOf(volume.id()),
              volume.oracle(),
              load,
              i,
              drawn.nextLong(),
              () -> !struck,
              () -> struck || volume.mayFail());
      writers.add(writer);
      threads.add(start("writer of " + volume.id(), writer));
    }
  }

  /// A thread in which nothing may go wrong unseen.
  private Thread start(String what, Runnable work) {
    return Thread.ofPlatform()
        .name(what)
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) {
                synchronized (findings) {
                  findings.add(new Finding(Finding.Kind.CONTROL, what + ": " + e));
                }
              }
            });
  }

  private void join() {
    for (int i = 0; i < threads.size(); i++) { // the commander may add some
      try {
        threads.get(i).join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /// Starts the daemon again, now and then after another kill on the way.
  private void rise() {
    daemon.settings(Map.of("BLOCKSEAL_FUSE_TRANSPORT", random.nextInt(8) == 0 ? "jnr" : "kernel"));
    if ("START".equals(json.get("strike"))) {
      int more = random.nextInt(1, 3);
      for (int i = 0; i < more; i++) {
        daemon.launch();
        Pause.of(Duration.ofMillis(random.nextInt(LONGEST_START_MS)));
        daemon.kill();
        kills++;
      }
    }
    long beganNs = System.nanoTime();
    daemon.start();
    json.put("startMs", millisSince(beganNs));
  }

  private void judge() throws BlockFile.Failure {
    long beganNs = System.nanoTime();
    try (DaemonClient control = new DaemonClient(daemon)) {
      fleet.recover(control);
      fleet.judgeVolumes(random.nextBoolean(), findings);
      fleet.judgeSnapshots(control, random, findings);
    }
    json.put("judgeMs", millisSince(beganNs));
  }

  private long sum(ToLongFunction<Writer> counted) {
    return writers.stream().mapToLong(counted).sum();
  }

  private static long millisSince(long ns) {
    return Duration.ofNanos(System.nanoTime() - ns).toMillis();
  }
}
