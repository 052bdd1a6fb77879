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

  public static void main(String[] arguments) throws IOException {
    Path mountPoint = Path.of(arguments[0]);
    long size = Long.parseLong(arguments[1]);
    int threads =
        arguments.length > 2 ? Integer.parseInt(arguments[2]) : FuseSettings.DEFAULT_THREADS;
    FuseTransportKind transport =
        arguments.length > 3 ? FuseTransportKind.valueOf(arguments[3]) : FuseTransportKind.KERNEL;
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
