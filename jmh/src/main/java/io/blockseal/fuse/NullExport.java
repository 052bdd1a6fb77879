package io.blockseal.fuse;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Exports one file, `null`, that reads as it happens to and forgets what is written: what the
/// transport costs without a store and a cipher behind it. Runs until it is killed.
public final class NullExport {
  private NullExport() {}

  /// @param arguments the mount point, the size in bytes and, if not the default, the transport
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("usage: NullExport DIRECTORY BYTES [kernel|jnr]");
      System.exit(2);
    }
    FuseTransportKind transport =
        arguments.length == 3
            ? FuseTransportKind.valueOf(arguments[2].toUpperCase(Locale.ROOT))
            : FuseTransportKind.KERNEL;
    FuseSettings settings =
        new FuseSettings(
            transport,
            Path.of(arguments[0]),
            FuseSettings.DEFAULT_THREADS,
            () -> Long.MAX_VALUE,
            InstantSource.system());
    FuseExports exports = FuseExports.mount(settings);
    exports.publish("null", new Nothing(Long.parseLong(arguments[1])), Map.of());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    exports.close();
                  } catch (IOException e) {
                    System.err.println(e.getMessage());
                  }
                  stopped.countDown();
                }));
    stopped.await();
  }
}
