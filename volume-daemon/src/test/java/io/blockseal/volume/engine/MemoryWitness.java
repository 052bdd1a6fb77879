package io.blockseal.volume.engine;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A witness that outlives the volumes of a test, and that can fail. Thread-safe.
final class MemoryWitness implements RootWitness {
  private volatile @Nullable WitnessedRoots roots;
  private volatile boolean failing;

  @Override
  public Optional<WitnessedRoots> recall() {
    return Optional.ofNullable(roots);
  }

  @Override
  public void record(WitnessedRoots newRoots) throws IOException {
    if (failing) {
      throw new IOException("the witness has no room");
    }
    roots = newRoots;
  }

  /// Makes every record fail, or none any more.
  void fail(boolean fails) {
    failing = fails;
  }

  /// Believes the next open, whatever it shows.
  void forget() {
    roots = null;
  }
}
