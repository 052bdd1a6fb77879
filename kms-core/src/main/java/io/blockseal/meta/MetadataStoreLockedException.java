package io.blockseal.meta;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A metadata directory that cannot be opened because somebody has it open already.
public final class MetadataStoreLockedException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  MetadataStoreLockedException(Path directory, Exception cause) {
    super(
        "the metadata in %s is in use: another process, or this one, has it open (%s is locked)"
            .formatted(directory, directory.resolve("LOCK")),
        cause);
  }
}
