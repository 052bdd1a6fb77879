package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.VolumeExports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// The daemon's one FUSE mount: an attached volume is the file `<mount point>/<volume id>`.
///
/// Such a file behaves like a disk: its size is fixed, `fsync` makes writes durable and `close`
/// does not, holes punched into it are discarded, `O_TRUNC` does nothing. The attributes given when
/// it is published are its extended attributes `user.blockseal.<name>`.
///
/// Thread-safe.
public final class FuseExports implements VolumeExports, Closeable {
  private final Path mountPoint;
  private final ExportedFiles files;
  private final FuseTransport transport;
  private final LongRequests longRequests;

  private FuseExports(
      Path mountPoint, ExportedFiles files, FuseTransport transport, LongRequests longRequests) {
    this.mountPoint = mountPoint;
    this.files = files;
    this.transport = transport;
    this.longRequests = longRequests;
  }

  /// Mounts an empty export. A mount that a killed daemon left there is cleared first.
  ///
  /// @throws IOException if `/dev/fuse` or what the transport needs is missing, or if the mount
  ///   point is not empty or in use; the message says what to do
  public static FuseExports mount(FuseSettings settings) throws IOException {
    var longRequests = LongRequests.start();
    var files = new ExportedFiles(settings.clock(), settings.freeBytes(), longRequests);
    try {
      return new FuseExports(
          settings.mountPoint(), files, settings.transport().mount(settings, files), longRequests);
    } catch (IOException | RuntimeException | Error e) {
      longRequests.close();
      throw e;
    }
  }

  /// @throws java.nio.file.FileAlreadyExistsException if the name is taken
  /// @throws IOException if nobody would see the file, because the mount is gone or covered
  @Override
  public String publish(String name, BlockDevice device, Map<String, String> attributes)
      throws IOException {
    files.publish(name, device, attributes);
    try {
      transport.checkSeen();
    } catch (IOException e) {
      try (Closeable _ = () -> files.withdraw(name, true)) {
        throw e;
      }
    }
    return mountPoint.resolve(name).toString();
  }

  @Override
  public void checkSeen() throws IOException {
    transport.checkSeen();
  }

  /// @throws IOException if requests in flight did not end in time; the file is gone all the same,
  ///   but the device may still be in use
  @Override
  public boolean withdraw(String name, boolean force) throws IOException {
    return files.withdraw(name, force);
  }

  /// Withdraws everything by force and unmounts, whoever has files open.
  @Override
  public void close() throws IOException {
    try (longRequests;
        transport) {
      files.withdrawAll();
    }
  }
}
