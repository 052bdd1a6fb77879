package io.blockseal.snapshot;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/// The manifests of completed snapshots, none of which changes any more. A manifest is made without
/// a key and has no MAC; that it is the one that was completed, the digest tells that was recorded
/// when its references were counted. Thread-safe.
final class Manifests {
  private static final System.Logger LOG = System.getLogger(Manifests.class.getName());

  private final SnapshotFiles files;
  private final ChunkReferences references;

  Manifests(SnapshotFiles files, ChunkReferences references) {
    this.files = files;
    this.references = references;
  }

  /// Opens the manifest of a completed snapshot, which the caller closes. Reads all of it.
  ///
  /// @throws ManifestFormatException if it is damaged, another snapshot's, or was made anew
  Manifest open(String snapshotId) throws IOException {
    Path file = files.manifest(snapshotId);
    Manifest manifest = Manifest.open(file);
    try {
      String named = manifest.facts().snapshotId();
      if (!named.equals(snapshotId)) {
        throw new ManifestFormatException(file, "it is that of snapshot " + named);
      }
      Optional<ChunkDigest> recorded = references.recorded(snapshotId);
      if (recorded.isPresent()) {
        manifest.check(recorded.get());
      } else {
        LOG.log(Level.WARNING, "nothing is recorded of manifest {0}; it is believed", file);
      }
      return manifest;
    } catch (IOException | RuntimeException e) {
      manifest.close();
      throw e;
    }
  }
}
