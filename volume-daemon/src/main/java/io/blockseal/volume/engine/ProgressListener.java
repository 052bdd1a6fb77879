package io.blockseal.volume.engine;

/// Hears how far a long work on many chunks has come.
@FunctionalInterface
public interface ProgressListener {
  /// A listener that does not care.
  ProgressListener SILENT = (done, total) -> {};

  /// @param done chunks done so far
  /// @param total chunks in all
  void progress(long done, long total);
}
