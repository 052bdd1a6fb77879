package io.blockseal.volume.store;

/// What becomes of something that was not synced when the power goes.
public enum Fate {
  /// It is as it was written last.
  KEPT,
  /// It is as it was synced last.
  LOST,
  /// Every other sector of it is lost.
  TORN,
  /// The sectors are lost that [#TORN] keeps.
  TORN_OTHERWISE
}
