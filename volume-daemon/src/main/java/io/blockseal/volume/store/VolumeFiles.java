package io.blockseal.volume.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/// The files of one volume: the volume file itself and its companions beside it.
///
/// An instance that was opened holds the volume's lock: no other instance, in this process or in
/// another, opens the same volume until it is closed. Thread-safe.
public interface VolumeFiles extends Closeable {
  /// What to do with a file that is opened.
  enum Mode {
    /// It must exist; writes fail.
    READ,
    /// It must exist.
    WRITE,
    /// It must not exist.
    CREATE
  }

  /// How messages name the volume, such as its path.
  String name();

  /// Names the present start of the machine: as long as it is the same, everything that was written
  /// is there, synced or not, unless a sync failed.
  String bootId() throws IOException;

  /// Whether the file exists.
  boolean exists(VolumeFile file) throws IOException;

  /// Opens a file; the caller closes it.
  BlockStore open(VolumeFile file, Mode mode) throws IOException;

  /// The whole of a small file.
  ///
  /// @throws IOException if it is longer than `maxBytes`
  Optional<byte[]> load(VolumeFile file, long maxBytes) throws IOException;

  /// Puts a small file in the place of the old one, as a whole and durably: a crash leaves the old
  /// or the new one.
  void replace(VolumeFile file, byte[] content) throws IOException;

  /// Removes a file, durably, also if an earlier call removed it and failed to make that durable;
  /// one that is not there is no error.
  void delete(VolumeFile file) throws IOException;

  /// Makes files that were created durable under their names.
  void syncNames() throws IOException;

  /// Gives the lock back. The stores that were opened are their openers' business.
  @Override
  void close() throws IOException;
}
