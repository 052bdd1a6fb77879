package io.blockseal.ebs;

import java.io.IOException;
import java.io.Serial;

/// The files in a volume's place are those of another volume.
final class ForeignFilesException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  ForeignFilesException(String volumeId, String found) {
    super("the files of %s are those of %s".formatted(volumeId, found));
  }
}
