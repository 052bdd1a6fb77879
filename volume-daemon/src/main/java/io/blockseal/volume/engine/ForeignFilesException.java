package io.blockseal.volume.engine;

import java.io.IOException;
import java.io.Serial;

/// The files in a volume's place are those of another volume. Whoever may write to the directory
/// may exchange two volumes' files, each of which is authentic in itself.
public final class ForeignFilesException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private ForeignFilesException(String volumeId, String found) {
    super("the files of %s are those of %s".formatted(volumeId, found));
  }

  /// Checks whose files they are.
  ///
  /// @param volumeId whose they have to be
  /// @param found whose the header says that they are
  public static void check(String volumeId, String found) throws ForeignFilesException {
    if (!found.equals(volumeId)) {
      throw new ForeignFilesException(volumeId, found);
    }
  }
}
