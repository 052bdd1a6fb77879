package io.blockseal.volume.store;

/// The files that make one volume.
public enum VolumeFile {
  /// Header, epoch table and data.
  VOLUME(""),
  /// Writes of a GCM volume that have not gone home yet.
  JOURNAL(".journal"),
  /// Which chunks of a volume made from a snapshot are here already.
  HYDRATION(".hydration"),
  /// Which chunks were written since the last snapshot; only beside a volume that is closed.
  CHANGED(".changed");

  private final String suffix;

  VolumeFile(String suffix) {
    this.suffix = suffix;
  }

  /// What is put behind the name of the volume file.
  public String suffix() {
    return suffix;
  }
}
