package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// What a [RootWitness] keeps of one volume. Immutable.
///
/// @param current what the volume was when this was recorded
/// @param next what it was about to become; null if nothing was under way
public record WitnessedRoots(TreeRoot current, @Nullable TreeRoot next) {
  /// Whether a volume that shows `found` can be the one that this was recorded of. It may have
  /// begun epochs since, but not fewer.
  public boolean admits(TreeRoot found) {
    return isLater(found, current) || (next != null && isLater(found, next));
  }

  /// The newest state that was recorded.
  public TreeRoot newest() {
    return next != null ? next : current;
  }

  private static boolean isLater(TreeRoot found, TreeRoot recorded) {
    return found.sequence() == recorded.sequence()
        && found.root().equals(recorded.root())
        && found.epoch() >= recorded.epoch();
  }
}
