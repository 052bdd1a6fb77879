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

/// How fast does XTS run over 4 KiB units, by the length of the run and the kind of buffer, and
/// when it overwrites what it reads?
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

  @Param({"other", "same"})
  private String target = "";

  private final XtsCipher cipher = cipher();
  private ByteBuffer source = ByteBuffer.allocate(0);
  private ByteBuffer result = ByteBuffer.allocate(0);
  private long unit;

  @Setup
  public void allocate() {
    source = buffer();
    result = target.equals("same") ? source.duplicate() : buffer();
  }

  @TearDown
  public void close() {
    cipher.close();
  }

  @Benchmark
  public ByteBuffer encrypt() {
    cipher.encrypt(nextUnit(), source.clear(), result.clear());
    return result;
  }

  @Benchmark
  public ByteBuffer decrypt() {
    cipher.decrypt(nextUnit(), source.clear(), result.clear());
    return result;
  }

  private long nextUnit() {
    unit = (unit + sizeBytes / UNIT_BYTES) & 0xff_ffff;
    return unit;
  }

  private ByteBuffer buffer() {
    return memory.equals("direct")
        ? ByteBuffer.allocateDirect(sizeBytes)
        : ByteBuffer.allocate(sizeBytes);
  }

  private static XtsCipher cipher() {
    try (SecretBytes key = SecretBytes.random(XtsCipher.KEY_BYTES, new SecureRandom())) {
      return new XtsCipher(key, UNIT_BYTES);
    }
  }
}
