package io.blockseal.fuse;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A daemon that does nothing but export devices in memory: `MOUNT_POINT SIZE_BYTES [THREADS
/// [TRANSPORT]]`. It says `mounted` when `null` and `ram` are there and ends with its standard
/// input. A line on the input is answered with the bytes that all threads have allocated since the
/// last one.
final class ExportProcess {
  private ExportProcess() {}

  /// Starts one; whoever does ends it by closing its input.
  static Process start(Path mountPoint, long sizeBytes, int threads, FuseTransportKind transport)
      throws IOException {
    FuseSandbox.assumeOffered(transport);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            ExportProcess.class.getName(),
            mountPoint.toString(),
            Long.toString(sizeBytes),
            Integer.toString(threads),
            transport.name())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    Path mountPoint = Path.of(arguments[0]);
    long size = Long.parseLong(arguments[1]);
    int threads = Integer.parseInt(arguments[2]);
    var transport = FuseTransportKind.valueOf(arguments[3]);
    var settings =
        new FuseSettings(transport, mountPoint, threads, () -> size, InstantSource.system());
    try (FuseExports exports = FuseExports.mount(settings)) {
      exports.publish("null", new NullDevice(size), Map.of("kind", "null"));
      exports.publish("ram", new RamDevice(size), Map.of("kind", "ram"));
      System.out.println("mounted");
      long before = allocatedBytes();
      while (System.in.read() >= 0) {
        long now = allocatedBytes();
        System.out.println(now - before);
        before = now;
      }
    }
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      sum += Math.max(0, threads.getThreadAllocatedBytes(List.of(id).getFirst()));
    }
    return sum;
  }
}
