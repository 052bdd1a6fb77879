package io.blockseal.volume.cipher;

import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
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

/// How fast is the JDK's GCM, from one warm array to another, with one nonce for the whole array?
/// At 4 KiB this is the ceiling of [GcmKernelBenchmark]; at 128 KiB it shows what a key's set-up
/// for every unit costs.
///
/// One operation encrypts `sizeBytes`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JdkGcmBenchmark {
  private static final int TAG_BYTES = 16;

  @Param({"4096", "131072"})
  private int sizeBytes;

  private final SecretKey key = new SecretKeySpec(new byte[32], "AES");
  private final byte[] nonce = new byte[12];
  private final Cipher cipher = gcm();
  private byte[] source = {};
  private byte[] target = {};

  @Setup
  public void allocate() {
    source = new byte[sizeBytes];
    target = new byte[sizeBytes + TAG_BYTES];
  }

  @Benchmark
  public byte[] encrypt() throws GeneralSecurityException {
    nonce[0]++;
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.doFinal(source, 0, sizeBytes, target, 0);
    return target;
  }

  private static Cipher gcm() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES in GCM", e);
    }
  }
}
