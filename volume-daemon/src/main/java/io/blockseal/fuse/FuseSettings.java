package io.blockseal.fuse;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// How the export is mounted.
///
/// @param transport what carries the requests
/// @param mountPoint an empty directory, made if it is missing
/// @param threads how many requests are served at a time, at most, of all volumes together
/// @param freeBytes what the directory with the volume files can still take, for `statfs`; asked
///   for on request threads, so it must neither block nor touch this mount
/// @param clock what the files' times are read from
public record FuseSettings(
    FuseTransportKind transport,
    Path mountPoint,
    int threads,
    LongSupplier freeBytes,
    InstantSource clock) {
  /// Enough that a few volumes waiting for a slow store leave threads to the others.
  public static final int DEFAULT_THREADS = 16;

  public static final int MAX_THREADS = 256;

  public FuseSettings {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads must be 1 to %d and are %d".formatted(MAX_THREADS, threads));
    }
    mountPoint = mountPoint.toAbsolutePath().normalize();
  }
}
