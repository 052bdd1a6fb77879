package io.blockseal.snapshot;

import java.io.Closeable;
import java.io.IOException;

/// What fills the slots of a pending snapshot. Confined to the thread of its task.
interface SnapshotWork extends Closeable {
  /// Nothing: the slots are full already, or the snapshot needs none.
  SnapshotWork NONE =
      new SnapshotWork() {
        @Override
        public void run() {}

        @Override
        public void close() {}
      };

  /// Fills the slots, looking at the task's checkpoint between two chunks.
  void run() throws IOException;

  /// The snapshot is complete and durable.
  default void completed() {}

  /// The store is about to be closed, or something is badly wrong, before the slots are full.
  default void givenUp() throws IOException {}
}
