package io.blockseal.fuse;

import io.blockseal.bench.TemporaryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does one request cost that goes through the kernel and a transport to a device that stores
/// nothing?
///
/// One operation is one direct read or write of `sizeBytes`, from the process that serves it. It
/// mounts, so it has to run as root, with `/dev/fuse`; `jnr` needs libfuse 2. The mount is taken
/// down after the measurement, or when the process ends before that.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class RequestBenchmark {
  private static final long DEVICE_BYTES = 1L << 30;
  private static final int ALIGNMENT = 4096;

  @Param({"4096", "1048576"})
  private int sizeBytes;

  /// `-p transport=URING` too, where the kernel offers it; elsewhere KERNEL would be measured under
  /// its name.
  @Param({"KERNEL", "JNR"})
  private FuseTransportKind transport;

  private final AtomicBoolean mounted = new AtomicBoolean();
  private TemporaryDirectory directory;
  private FuseExports exports;
  private FileChannel file;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long place;

  @Setup
  public void mount() throws IOException {
    if (!Files.isWritable(Path.of("/dev/fuse"))) {
      throw new IllegalStateException("this benchmark mounts: run it as root, with /dev/fuse");
    }
    directory = TemporaryDirectory.create();
    exports =
        FuseExports.mount(
            new FuseSettings(
                transport,
                directory.path().resolve("volumes"),
                FuseSettings.DEFAULT_THREADS,
                () -> Long.MAX_VALUE,
                InstantSource.system()));
    mounted.set(true);
    // Setting up may fail below, and then JMH does not tear down.
    Runtime.getRuntime().addShutdownHook(new Thread(this::unmountAtLast));
    String path = exports.publish("null", new Nothing(DEVICE_BYTES), Map.of());
    file =
        FileChannel.open(
            Path.of(path), StandardOpenOption.READ, StandardOpenOption.WRITE, direct());
    buffer =
        ByteBuffer.allocateDirect(sizeBytes + ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .slice(0, sizeBytes);
  }

  @TearDown
  public void unmount() throws IOException {
    file.close();
    unmountOnce();
  }

  @Benchmark
  public int read() throws IOException {
    return whole(file.read(buffer.clear(), nextPlace()));
  }

  @Benchmark
  public int write() throws IOException {
    return whole(file.write(buffer.clear(), nextPlace()));
  }

  private int whole(int doneBytes) throws IOException {
    if (doneBytes != sizeBytes) {
      throw new IOException("a request of %d bytes did %d".formatted(sizeBytes, doneBytes));
    }
    return doneBytes;
  }

  private long nextPlace() {
    place = (place + sizeBytes) % DEVICE_BYTES;
    return place;
  }

  /// `com.sun.nio.file.ExtendedOpenOption.DIRECT`, which compilers warn of by name.
  private static OpenOption direct() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      for (Object option : options.getEnumConstants()) {
        if (option instanceof OpenOption direct && option.toString().equals("DIRECT")) {
          return direct;
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("this JDK has no direct I/O", e);
    }
    throw new IllegalStateException("this JDK has no direct I/O");
  }

  private void unmountAtLast() {
    try {
      unmountOnce();
    } catch (IOException e) {
      System.err.println("cannot unmount what the benchmark mounted: " + e.getMessage());
    }
  }

  private void unmountOnce() throws IOException {
    if (mounted.getAndSet(false)) {
      try (var _ = directory) {
        exports.close();
      }
    }
  }
}
