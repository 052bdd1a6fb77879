package io.blockseal.stress;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A snapshot that was asked for while its volume was written to. Confined to one thread at a time.
final class TakenSnapshot {
  private final StressVolume volume;
  private final String description;
  private final long fromNs;
  private long toNs;
  private @Nullable String id;
  private @Nullable Moment moment;

  /// @param description by which it is found if the call is never answered
  TakenSnapshot(StressVolume volume, String description) {
    this.volume = volume;
    this.description = description;
    fromNs = System.nanoTime();
    toNs = UnitHistory.NEVER;
  }

  /// The call was answered.
  void answered(String newId) {
    toNs = System.nanoTime();
    id = newId;
  }

  /// It is there, though the call was never answered.
  void found(String newId) {
    id = newId;
  }

  /// Fixes what it may hold; to be called once everything is settled.
  void settle() {
    moment = volume.oracle().moment(fromNs, toNs);
  }

  boolean wasAnswered() {
    return toNs != UnitHistory.NEVER;
  }

  @Nullable String idIfAny() {
    return id;
  }

  String id() {
    return Objects.requireNonNull(id, "nobody knows its id");
  }

  Moment moment() {
    return Objects.requireNonNull(moment, "not settled");
  }

  StressVolume volume() {
    return volume;
  }

  String description() {
    return description;
  }
}
