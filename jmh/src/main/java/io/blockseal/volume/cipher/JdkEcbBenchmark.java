package io.blockseal.volume.cipher;

import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
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
import org.openjdk.jmh.annotations.Warmup;

/// How fast is the JDK's bare AES, from one warm array to another? XTS is two XORs and a tweak
/// stream more, so this is its ceiling.
///
/// One operation transforms `sizeBytes`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JdkEcbBenchmark {
  @Param({"4096", "131072", "1048576"})
  private int sizeBytes;

  private final SecretKey key = new SecretKeySpec(new byte[32], "AES");
  private final Cipher cipher = ecb();
  private byte[] source = {};
  private byte[] target = {};

  @Setup
  public void allocate() throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key);
    source = new byte[sizeBytes];
    target = new byte[sizeBytes];
  }

  @Benchmark
  public byte[] encrypt() throws GeneralSecurityException {
    cipher.update(source, 0, sizeBytes, target, 0);
    return target;
  }

  private static Cipher ecb() {
    try {
      return Cipher.getInstance("AES/ECB/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES in ECB", e);
    }
  }
}
