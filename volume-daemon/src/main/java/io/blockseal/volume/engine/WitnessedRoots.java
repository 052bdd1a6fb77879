package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// What a [RootWitness] keeps of one volume. Immutable.
///
/// @param current what the volume was when this was recorded
/// @param next what it was about to become; null if nothing was under way
/// @param accepted an older state that somebody lets pass once; null if nobody does
public record WitnessedRoots(
    TreeRoot current, @Nullable TreeRoot next, @Nullable TreeRoot accepted) {
  /// Of a volume of which nothing is under way.
  public static WitnessedRoots of(TreeRoot current) {
    return new WitnessedRoots(current, null, null);
  }

  /// Refuses a volume that shows `found` if it cannot be the one that this was recorded of.
  public void check(String volumeId, TreeRoot found) throws RolledBackException {
    if (!admits(found)) {
      throw new RolledBackException(volumeId, found, newest());
    }
  }

  /// Whether a volume that shows `found` can be the one that this was recorded of. It may have
  /// begun epochs since, but not fewer. A header that is later than all that was recorded is no
  /// older copy, since nobody makes one without the data key: then these records are.
  public boolean admits(TreeRoot found) {
    return isLater(found, current)
        || (next != null && isLater(found, next))
        || found.equals(accepted)
        || lagBehind(found);
  }

  /// Whether these records are older than a volume that shows `found`, as they are when they were
  /// put back themselves.
  public boolean lagBehind(TreeRoot found) {
    return found.sequence() > newest().sequence() && found.epoch() >= newest().epoch();
  }

  /// The newest state that was recorded.
  public TreeRoot newest() {
    return next != null ? next : current;
  }

  /// These, letting `root` pass once; null for none.
  public WitnessedRoots accepting(@Nullable TreeRoot root) {
    return new WitnessedRoots(current, next, root);
  }

  private static boolean isLater(TreeRoot found, TreeRoot recorded) {
    return found.sequence() == recorded.sequence()
        && found.root().equals(recorded.root())
        && found.epoch() >= recorded.epoch();
  }
}
