package io.blockseal.stress;

import io.blockseal.it.BlockFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// One thread of a load: it sends requests, tells the oracle before and after each, and ends with
/// the first that fails.
final class Writer implements Runnable {
  /// Numbers of writes; no two have the same.
  private static final AtomicLong VERSIONS = new AtomicLong();

  private final String volume;
  private final Path file;
  private final Oracle oracle;
  private final Load load;
  private final int number;
  private final SplittableRandom random;
  private final BooleanSupplier goesOn;
  private final BooleanSupplier mayFail;
  private final List<Finding> findings = new ArrayList<>();
  private long writes;
  private long discards;
  private long flushes;
  private long reads;
  private boolean cutOff;

  /// @param goesOn asked before each request
  /// @param mayFail whether the daemon was told something by now that makes requests fail
  Writer(
      String volume,
      Path file,
      Oracle oracle,
      Load load,
      int number,
      long seed,
      BooleanSupplier goesOn,
      BooleanSupplier mayFail) {
    this.volume = volume;
    this.file = file;
    this.oracle = oracle;
    this.load = load;
    this.number = number;
    this.random = new SplittableRandom(seed);
    this.goesOn = goesOn;
    this.mayFail = mayFail;
  }

  @Override
  public void run() {
    int longest = load.lotUnits() * UnitState.UNIT_BYTES;
    try (BlockFile open = BlockFile.open(file, load.direct(number), longest)) {
      while (goesOn.getAsBoolean()) {
        next(open);
      }
    } catch (BlockFile.Failure e) {
      cutOff = true;
      if (!mayFail.getAsBoolean()) {
        findings.add(new Finding(Finding.Kind.FAILED_REQUEST, volume + ": " + e.getMessage()));
      }
    }
  }

  private void next(BlockFile open) throws BlockFile.Failure {
    if (oneOf(load.flushEvery())) {
      long beganNs = System.nanoTime();
      open.flush();
      oracle.flushed(beganNs);
      flushes++;
      return;
    }
    int lots = oracle.windows().units() / load.lotUnits();
    int lot = random.nextInt((lots - number + load.writers() - 1) / load.writers());
    int first = (lot * load.writers() + number) * load.lotUnits();
    int from = random.nextInt(load.lotUnits());
    int units = random.nextInt(1, load.lotUnits() - from + 1);
    if (oneOf(load.readEvery()) && load.access() != Load.Access.MIXED) {
      read(open, first + from, units);
      return;
    }
    int fromSector = load.sectors() ? random.nextInt(UnitState.SECTORS) : 0;
    int toSector = units * UnitState.SECTORS;
    if (load.sectors()) {
      toSector -= random.nextInt(units == 1 ? UnitState.SECTORS - fromSector : UnitState.SECTORS);
    }
    change(open, first + from, fromSector, toSector, oneOf(load.discardEvery()));
  }

  private void change(BlockFile open, int index, int fromSector, int toSector, boolean discard)
      throws BlockFile.Failure {
    long unit = oracle.windows().unit(index);
    long offset = unit * UnitState.UNIT_BYTES + (long) fromSector * UnitState.SECTOR_BYTES;
    int length = (toSector - fromSector) * UnitState.SECTOR_BYTES;
    // The kernel cuts long direct requests at the pages of the buffer, so these must be the units.
    int at = fromSector * UnitState.SECTOR_BYTES;
    long version = discard ? 0 : VERSIONS.incrementAndGet();
    if (!discard) {
      var buffer = open.buffer();
      for (int sector = fromSector; sector < toSector; sector++) {
        UnitState.fill(
            buffer,
            sector * UnitState.SECTOR_BYTES,
            unit + sector / UnitState.SECTORS,
            sector % UnitState.SECTORS,
            version);
      }
    }
    oracle.begin(index, fromSector, toSector, version);
    if (discard) {
      open.discard(offset, length);
      discards++;
    } else {
      open.write(offset, at, length);
      writes++;
    }
    oracle.answered(index, fromSector, toSector);
  }

  private void read(BlockFile open, int index, int units) throws BlockFile.Failure {
    long unit = oracle.windows().unit(index);
    open.read(unit * UnitState.UNIT_BYTES, units * UnitState.UNIT_BYTES);
    reads++;
    for (int i = 0; i < units; i++) {
      UnitState seen = UnitState.read(open.buffer(), i * UnitState.UNIT_BYTES, unit + i);
      if (!oracle.unit(index + i).current().contains(seen)) {
        findings.add(
            new Finding(
                Finding.Kind.WRONG_BYTES,
                "%s, unit %d was read under load as %s; possible were %s"
                    .formatted(volume, unit + i, seen, oracle.unit(index + i).current())));
      }
    }
  }

  private boolean oneOf(int many) {
    return many > 0 && random.nextInt(many) == 0;
  }

  List<Finding> findings() {
    return findings;
  }

  long writes() {
    return writes;
  }

  long discards() {
    return discards;
  }

  long flushes() {
    return flushes;
  }

  long reads() {
    return reads;
  }

  /// Whether its last request was never answered.
  boolean cutOff() {
    return cutOff;
  }
}
