package io.blockseal.volume.cipher;

/// A unit whose tag does not belong to its bytes, place, record and key: it was altered, moved,
/// swapped, or rolled back beside its record.
public final class TagMismatchException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param epoch the epoch in the record, unsigned
  TagMismatchException(long unit, int epoch, Throwable cause) {
    super(
        "unit %d of epoch %s fails its authentication"
            .formatted(unit, Integer.toUnsignedString(epoch)),
        cause);
  }
}
