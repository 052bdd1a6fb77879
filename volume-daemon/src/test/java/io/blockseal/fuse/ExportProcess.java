package io.blockseal.fuse;

import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A daemon that does nothing but export devices: `MOUNT_POINT SIZE_BYTES THREADS TRANSPORT
/// DIRECTORY`. It says `mounted` when `null`, `ram` and the volumes `xts`, `gcm` and `plain`, made
/// in the directory, are there, and ends with its standard input. A line on the input is answered
/// with the bytes that all threads have allocated since the last one.
final class ExportProcess {
  private ExportProcess() {}

  /// Starts one that makes its volumes in `directory`; whoever does ends it by closing its input.
  static Process start(
      Path directory, Path mountPoint, long sizeBytes, int threads, FuseTransportKind transport)
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
            transport.name(),
            directory.toString())
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
    Path directory = Path.of(arguments[4]);
    try (Volume xts = volume(directory, CipherSpec.AES_256_XTS, size);
        Volume gcm = volume(directory, CipherSpec.AES_256_GCM, size);
        Volume plain = volume(directory, CipherSpec.NONE, size);
        FuseExports exports = FuseExports.mount(settings)) {
      exports.publish("null", new NullDevice(size), Map.of());
      exports.publish("ram", new RamDevice(size), Map.of());
      exports.publish("xts", xts, Map.of());
      exports.publish("gcm", gcm, Map.of());
      exports.publish("plain", plain, Map.of());
      System.out.println("mounted");
      long before = allocatedBytes();
      while (System.in.read() >= 0) {
        long now = allocatedBytes();
        System.out.println(now - before);
        before = now;
      }
    }
  }

  private static Volume volume(Path directory, CipherSpec cipher, long sizeBytes)
      throws IOException {
    try (SampleVolume sample = SampleVolume.create(directory, cipher, sizeBytes)) {
      return sample.open();
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
