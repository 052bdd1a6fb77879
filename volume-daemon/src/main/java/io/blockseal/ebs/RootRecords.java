package io.blockseal.ebs;

import io.blockseal.meta.MetadataStore;
import io.blockseal.volume.engine.RootWitness;
import io.blockseal.volume.engine.TreeRoot;
import io.blockseal.volume.engine.WitnessedRoots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/// The last known states of GCM volumes, away from their files: under
/// `ebs/tag-tree/<account>/<region>/<id>` a [RootRecord] each. Thread-safe; takes no lock.
final class RootRecords {
  private static final System.Logger LOG = System.getLogger(RootRecords.class.getName());

  private final RecordTable<RootRecord> table;

  RootRecords(MetadataStore store) {
    table = new RecordTable<>(store, "ebs/tag-tree/", RootRecord::toFields, RootRecord::of);
  }

  Optional<RootRecord> get(ResourceName volume) {
    return table.get(volume.path());
  }

  /// The volume was made, and shows `root`.
  void begin(ResourceName volume, TreeRoot root) {
    table.put(volume.path(), new RootRecord(WitnessedRoots.of(root), List.of()));
  }

  /// The volume is gone.
  void forget(ResourceName volume) {
    table.delete(volume.path());
  }

  /// Lets what was found pass, once.
  void accept(ResourceName volume, RollbackAcceptance acceptance) {
    table.update(volume.path(), record -> record.with(acceptance));
  }

  /// Nothing older passes any more.
  void withdraw(ResourceName volume) {
    boolean accepting = get(volume).filter(record -> record.roots().accepted() != null).isPresent();
    if (accepting) {
      table.update(volume.path(), record -> record.with(record.roots().accepting(null)));
    }
  }

  /// The witness of one volume. An acceptance ends with the next thing that it records.
  RootWitness witness(ResourceName volume) {
    return new RootWitness() {
      @Override
      public Optional<WitnessedRoots> recall() throws IOException {
        try {
          Optional<RootRecord> record = get(volume);
          if (record.isEmpty()) {
            LOG.log(Level.WARNING, () -> volume + " has no recorded state; its files are believed");
          }
          return record.map(RootRecord::roots);
        } catch (UncheckedIOException e) {
          throw new IOException("the recorded state of " + volume + " can't be read", e);
        }
      }

      @Override
      public void record(WitnessedRoots roots) throws IOException {
        try {
          replace(volume, roots);
        } catch (UncheckedIOException e) {
          throw new IOException("the state of " + volume + " can't be recorded", e);
        }
      }
    };
  }

  private void replace(ResourceName volume, WitnessedRoots roots) {
    if (table.update(volume.path(), record -> record.with(roots)).isEmpty()) {
      table.put(volume.path(), new RootRecord(roots, List.of()));
    }
  }

  /// Older copies of the volume that were let pass, for people.
  List<RollbackAcceptance> acceptances(ResourceName volume) {
    return get(volume).map(RootRecord::acceptances).orElse(List.of());
  }
}
