package io.blockseal.fault;

import io.blockseal.fault.Call.Sort;
import java.util.Set;

/// What goes wrong with one call of a store.
public enum Fault {
  /// The call fails and has done nothing.
  EIO,
  /// The medium is full: what takes room fails and has done nothing.
  ENOSPC,
  /// What was to be changed is changed in part, and the call fails. Of a write, a part that ends at
  /// a sector inside a unit arrives, and of one sector all; what is whole or not at all (a commit,
  /// a replaced file) is done as a whole, so that its outcome is not what the caller is told.
  SHORT_WRITE,
  /// Every other sector of a write is lost, and nobody is told.
  TORN_UNIT,
  /// A write arrives at another place, and nobody is told.
  MISDIRECTED,
  /// A sync fails, and the system forgets some of what waited for it.
  FAILED_SYNC,
  /// A sync fails, and the system keeps some of what waited for it in its memory, where it is read
  /// from, but never written from, as ext4 and xfs do.
  PHANTOM_SYNC,
  /// The call takes until somebody lets it go on, and is done then.
  HANG,
  /// The process dies before the call.
  DEATH,
  /// The process dies after the call.
  DEATH_AFTER;

  /// Whether calls of this sort can suffer it.
  boolean concerns(Sort sort) {
    return switch (this) {
      case EIO, HANG, DEATH, DEATH_AFTER -> true;
      case ENOSPC, SHORT_WRITE -> Set.of(Sort.WRITE, Sort.CHANGE).contains(sort);
      case TORN_UNIT, MISDIRECTED -> sort == Sort.WRITE;
      case FAILED_SYNC, PHANTOM_SYNC -> sort == Sort.SYNC;
    };
  }

  /// Whether a store that suffers it says that all is well.
  public boolean silent() {
    return this == TORN_UNIT || this == MISDIRECTED;
  }

  /// Whether it fails a sync, after which nobody knows what is durable.
  public boolean failsSync() {
    return this == FAILED_SYNC || this == PHANTOM_SYNC;
  }

  /// What the system would say.
  String message() {
    return this == ENOSPC ? "No space left on device" : "Input/output error";
  }
}
