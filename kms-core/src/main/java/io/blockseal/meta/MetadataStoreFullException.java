package io.blockseal.meta;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A metadata directory that cannot be opened because its disk is full: what was in the log when
/// the process ended has to be written to a table first.
public final class MetadataStoreFullException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  MetadataStoreFullException(Path directory, Exception cause) {
    super(
        "the metadata in %s cannot be opened, for the disk is full: make a few MiB of room on it, outside of %s"
            .formatted(directory, directory),
        cause);
  }
}
