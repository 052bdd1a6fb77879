package io.blockseal.volume.engine;

import java.io.IOException;

/// The files of a volume are an older copy: not what its witness saw last.
public final class RolledBackException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient TreeRoot found;
  private final transient TreeRoot recorded;

  RolledBackException(String volumeId, TreeRoot found, TreeRoot recorded) {
    super(
        "volume %s was rolled back: its header has tag-tree root %s, last recorded was %s"
            .formatted(volumeId, found, recorded));
    this.found = found;
    this.recorded = recorded;
  }

  /// What the files show.
  public TreeRoot found() {
    return found;
  }

  /// What was recorded last.
  public TreeRoot recorded() {
    return recorded;
  }
}
