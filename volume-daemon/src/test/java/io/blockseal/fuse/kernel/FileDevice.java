package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.nio.file.Path;

/// A file in the place of `/dev/fuse`, for tests: what it holds is read as one request, and answers
/// are written behind it. Stateless.
public final class FileDevice {
  private FileDevice() {}

  /// Opens the file at `path`; the caller closes the device.
  public static FuseDevice open(Path path) throws IOException {
    int descriptor = LinuxCalls.open(path.toString(), LinuxCalls.O_RDWR | LinuxCalls.O_CLOEXEC);
    if (descriptor < 0) {
      throw new IOException("cannot open %s: errno %d".formatted(path, -descriptor));
    }
    return new FuseDevice(descriptor);
  }
}
