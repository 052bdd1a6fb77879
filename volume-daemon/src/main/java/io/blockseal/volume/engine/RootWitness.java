package io.blockseal.volume.engine;

import java.io.IOException;
import java.util.Optional;

/// Remembers, away from the files of a GCM volume, which state of it was the last, so that an older
/// copy of the files is noticed when it is opened.
///
/// It is asked once by every open, before anything is written, and told before every change of the
/// header. It is called with a checkpoint under way, so it must not wait for the volume.
/// Thread-safe.
public interface RootWitness {
  /// Remembers nothing: every copy of the files is taken for the volume.
  RootWitness NONE =
      new RootWitness() {
        @Override
        public Optional<WitnessedRoots> recall() {
          return Optional.empty();
        }

        @Override
        public void record(WitnessedRoots roots) {
          // Nobody asks.
        }
      };

  /// What was recorded last; empty if nothing ever was: then the volume is believed.
  Optional<WitnessedRoots> recall() throws IOException;

  /// Puts `roots` in the place of what was recorded before, durably.
  void record(WitnessedRoots roots) throws IOException;
}
