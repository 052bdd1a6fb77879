package io.blockseal.stress;

import java.util.Map;

/// Something that must not be. Immutable.
///
/// @param what in a sentence: where, what was seen, what was possible
record Finding(Kind kind, String what) {
  enum Kind {
    /// A write that a flush was answered for is gone.
    LOST_FLUSHED,
    /// A write that was answered is gone; SIGKILL loses nothing that the kernel has.
    LOST_ACKNOWLEDGED,
    /// Parts of several contents in one unit.
    MIXED,
    /// No content that was ever written there.
    WRONG_BYTES,
    /// An error instead of content.
    UNREADABLE,
    /// A request failed though the daemon lived.
    FAILED_REQUEST,
    /// A snapshot that is not the volume at one moment of its call.
    SNAPSHOT,
    /// The control plane refused, or lost something that it had answered.
    CONTROL,
    /// Something did not come about in its time.
    STUCK
  }

  Map<String, Object> json() {
    return Map.of("kind", kind.name(), "what", what);
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
