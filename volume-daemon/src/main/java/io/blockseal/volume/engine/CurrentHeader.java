package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.TagTreeHead;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The header of one open volume, and the witness of its changes: of a GCM volume every header is
/// announced before it is written. Thread-safe; one change at a time.
final class CurrentHeader {
  private static final System.Logger LOG = System.getLogger(CurrentHeader.class.getName());

  private final HeaderFile file;
  private final @Nullable SecretBytes macKey;
  private final Health health;
  private final RootWitness witness;
  private volatile VolumeHeader header;

  /// The last epoch of the volume's table; 0 if it has none.
  private volatile int epoch;

  /// The number of the last header that the witness had heard of when the volume was opened; 0 if
  /// of none.
  private long lastWitnessed;

  /// A header of which nobody knows whether it is in the file, because its write failed. It is
  /// written before any other, so that the file is never two changes away from `header`. Guarded by
  /// this.
  private @Nullable VolumeHeader unfinished;

  /// @param macKey null if the volume is not encrypted; closed by the caller, after the last change
  CurrentHeader(
      HeaderFile file,
      @Nullable SecretBytes macKey,
      Health health,
      RootWitness witness,
      int epoch) {
    this.file = file;
    this.macKey = macKey;
    this.health = health;
    this.witness = witness;
    this.epoch = epoch;
    header = file.header();
  }

  /// The header as it stands.
  VolumeHeader get() {
    return header;
  }

  /// Refuses if the witness has seen a later state. Changes nothing.
  void check() throws IOException {
    if (!header.cipher().tagged()) {
      return;
    }
    TreeRoot found = TreeRoot.of(header, epoch);
    Optional<WitnessedRoots> recorded = witness.recall();
    if (recorded.isEmpty()) {
      return;
    }
    recorded.get().check(header.volumeId(), found);
    lastWitnessed = recorded.get().newest().sequence();
    if (recorded.get().lagBehind(found)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "volume {0} is later than what its witness knows: {1}, not {2}",
          header.volumeId(),
          found,
          recorded.get().newest());
    }
  }

  /// Makes both copies in the file alike, and durable: one may be damaged, older because a change
  /// of the header was broken off, or known to the system alone because a sync failed. A copy that
  /// can't be written is left for the next change.
  ///
  /// @throws IOException if a sync failed: the volume is not healthy any more
  synchronized void mend() throws IOException {
    tolerate(
        () -> {
          HeaderCopy mended = file.mend(health);
          if (mended != null) {
            LOG.log(
                System.Logger.Level.INFO,
                "volume {0}: header copy {1} was written anew from the other one",
                header.volumeId(),
                mended);
          }
        });
  }

  /// The volume is about to be written to. Without a tag tree no write changes the header, so it
  /// gets a new number here: a note of changed chunks is then not believed of the volume's file as
  /// it was in an earlier session, should somebody put that back.
  ///
  /// @throws IOException if a sync failed: the volume is not healthy any more
  synchronized void beginSession() throws IOException {
    if (!header.cipher().tagged()) {
      tolerate(() -> change(present -> present.following(present.sequence())));
    }
  }

  /// Writes what can be done without: the volume serves, though a copy of its header is damaged.
  private void tolerate(Health.Sync writing) throws IOException {
    try {
      writing.run();
    } catch (IOException e) {
      health.check();
      LOG.log(
          System.Logger.Level.WARNING,
          "volume {0}: a copy of the header can''t be written: {1}",
          header.volumeId(),
          e.getMessage());
    }
  }

  /// The volume began an epoch, which the witness is told. The witness may have heard of a later
  /// header: one that a crash kept from being written, or that of a newer copy which somebody let
  /// this one replace. The numbers then go on behind it, so that it cannot come back.
  void begin(int newEpoch) throws IOException {
    epoch = newEpoch;
    if (header.sequence() < lastWitnessed) {
      replace(present -> present.following(lastWitnessed));
    }
    settle();
  }

  /// Has the witness record the header as it stands, and nothing else.
  synchronized void settle() throws IOException {
    if (header.cipher().tagged()) {
      witness.record(WitnessedRoots.of(TreeRoot.of(header, epoch)));
    }
  }

  /// Changes the header durably. If that fails, the volume is not healthy any more.
  synchronized void replace(UnaryOperator<VolumeHeader> change) throws IOException {
    finish();
    VolumeHeader next = change.apply(header);
    announce(next);
    health.attempt(() -> write(next));
  }

  /// Changes the tag tree durably. After a failure it may be tried again, unless a sync failed.
  synchronized void commit(TagTreeHead tree) throws IOException {
    change(present -> present.with(tree));
  }

  private void change(UnaryOperator<VolumeHeader> change) throws IOException {
    finish();
    VolumeHeader next = change.apply(header);
    announce(next);
    write(next);
  }

  private void finish() throws IOException {
    VolumeHeader next = unfinished;
    if (next != null) {
      write(next);
    }
  }

  private void announce(VolumeHeader next) throws IOException {
    if (next.cipher().tagged()) {
      witness.record(
          new WitnessedRoots(TreeRoot.of(header, epoch), TreeRoot.of(next, epoch), null));
    }
  }

  private void write(VolumeHeader next) throws IOException {
    unfinished = next;
    file.replace(next, macKey, health);
    header = next;
    unfinished = null;
  }
}
