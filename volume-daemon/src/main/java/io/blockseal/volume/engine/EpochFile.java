package io.blockseal.volume.engine;

import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The two copies of the epoch table of one volume file. Every change goes to copy A, is synced,
/// and goes to copy B. Confined to one caller at a time.
final class EpochFile {
  private static final System.Logger LOG = System.getLogger(EpochFile.class.getName());

  private final BlockStore store;
  private EpochTable table;
  private int closedEpoch;

  /// Whether a copy has to be written anew before the next change.
  private boolean damaged;

  private EpochFile(BlockStore store, EpochTable table, int closedEpoch, boolean damaged) {
    this.store = store;
    this.table = table;
    this.closedEpoch = closedEpoch;
    this.damaged = damaged;
  }

  /// Writes the table that a new volume starts with, into a file that holds zeros.
  static void create(BlockStore store, EpochTable table) throws IOException {
    byte[] entries = table.toBytes();
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      byte[] head = EpochRegion.head(copy, table.lastEpoch());
      store.write(EpochRegion.copyOffset(copy), ByteBuffer.wrap(head));
      store.write(EpochRegion.entryOffset(copy, 1), ByteBuffer.wrap(entries));
    }
    store.sync(true);
  }

  static EpochFile read(BlockStore store, String name) throws IOException {
    byte[][] regions = regions(store);
    int closedEpoch = -1;
    boolean damaged = !EpochRegion.sameEntries(regions[0], regions[1]);
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      try {
        int closed = EpochRegion.closedEpoch(regions[copy], copy);
        damaged |= closedEpoch >= 0 && closed != closedEpoch;
        closedEpoch = Math.max(closedEpoch, closed);
      } catch (FormatException e) {
        damaged = true;
      }
    }
    if (closedEpoch < 0) {
      throw new FormatException(
          "volume %s: both heads of the epoch table are damaged".formatted(name));
    }
    EpochTable table;
    try {
      table = EpochRegion.table(regions[0], regions[1]);
    } catch (FormatException e) {
      throw new FormatException("volume %s: %s".formatted(name, e.getMessage()), e);
    }
    if (closedEpoch > table.lastEpoch()) {
      throw new FormatException(
          "volume %s: epoch %d was closed, but the table ends at epoch %d"
              .formatted(name, closedEpoch, table.lastEpoch()));
    }
    if (damaged) {
      LOG.log(
          System.Logger.Level.WARNING,
          "volume {0}: the copies of the epoch table differ; the next writable open repairs them",
          name);
    }
    return new EpochFile(store, table, closedEpoch, damaged);
  }

  EpochTable table() {
    return table;
  }

  /// Whether nothing waits in the journal.
  boolean closedProperly() {
    return closedEpoch == table.lastEpoch();
  }

  /// Whether the copies differ.
  boolean damaged() {
    return damaged;
  }

  /// Refuses if there is no room for another epoch.
  void checkRoom(String name) throws IOException {
    if (table.lastEpoch() >= EpochRegion.CAPACITY) {
      throw new IOException(
          "volume %s was opened for writing %d times, which is all its epoch table holds;"
                  .formatted(name, EpochRegion.CAPACITY)
              + " copy it through a snapshot that is re-encrypted");
    }
  }

  /// Adds the next epoch; it is durable when this returns.
  void append(byte[] salt) throws IOException {
    if (damaged) {
      repair();
    }
    EpochTable longer = table.with(salt);
    byte[] entry = longer.entry(longer.lastEpoch());
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      store.write(EpochRegion.entryOffset(copy, longer.lastEpoch()), ByteBuffer.wrap(entry));
      store.sync(true);
    }
    table = longer;
  }

  /// Notes that the last epoch is over and nothing waits in the journal.
  void markClosed() throws IOException {
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      byte[] head = EpochRegion.head(copy, table.lastEpoch());
      store.write(EpochRegion.copyOffset(copy), ByteBuffer.wrap(head));
      store.sync(true);
    }
    closedEpoch = table.lastEpoch();
  }

  /// Writes both copies anew, one after the other.
  void repair() throws IOException {
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      byte[] region = Arrays.copyOf(EpochRegion.head(copy, closedEpoch), EpochRegion.COPY_BYTES);
      byte[] entries = table.toBytes();
      System.arraycopy(entries, 0, region, EpochRegion.HEAD_BYTES, entries.length);
      store.write(EpochRegion.copyOffset(copy), ByteBuffer.wrap(region));
      store.sync(true);
    }
    damaged = false;
  }

  private static byte[][] regions(BlockStore store) throws IOException {
    byte[][] regions = new byte[EpochRegion.COPIES][EpochRegion.COPY_BYTES];
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      store.read(EpochRegion.copyOffset(copy), ByteBuffer.wrap(regions[copy]));
    }
    return regions;
  }
}
