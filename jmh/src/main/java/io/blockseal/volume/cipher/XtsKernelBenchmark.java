package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
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

/// How fast does XTS run over 4 KiB units, by the length of the run and the kind of buffer?
///
/// One operation transforms `sizeBytes`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class XtsKernelBenchmark {
  private static final int UNIT_BYTES = 4096;

  @Param({"4096", "131072", "1048576"})
  private int sizeBytes;

  @Param({"direct", "heap"})
  private String memory = "";

  private final XtsCipher cipher = cipher();
  private ByteBuffer source = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private long unit;

  @Setup
  public void allocate() {
    boolean direct = memory.equals("direct");
    source = direct ? ByteBuffer.allocateDirect(sizeBytes) : ByteBuffer.allocate(sizeBytes);
    target = direct ? ByteBuffer.allocateDirect(sizeBytes) : ByteBuffer.allocate(sizeBytes);
  }

  @TearDown
  public void close() {
    cipher.close();
  }

  @Benchmark
  public ByteBuffer encrypt() {
    cipher.encrypt(nextUnit(), source.clear(), target.clear());
    return target;
  }

  @Benchmark
  public ByteBuffer decrypt() {
    cipher.decrypt(nextUnit(), source.clear(), target.clear());
    return target;
  }

  private long nextUnit() {
    unit = (unit + sizeBytes / UNIT_BYTES) & 0xff_ffff;
    return unit;
  }

  private static XtsCipher cipher() {
    try (SecretBytes key = SecretBytes.random(XtsCipher.KEY_BYTES, new SecureRandom())) {
      return new XtsCipher(key, UNIT_BYTES);
    }
  }
}
