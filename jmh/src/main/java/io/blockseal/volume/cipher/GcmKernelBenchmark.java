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

/// How fast does GCM run over 4 KiB units, each with a nonce, associated data and record of its
/// own, and when it overwrites what it reads?
///
/// One operation transforms `sizeBytes`, unit by unit. Decrypting in place has to put the
/// ciphertext back each time, so it has one copy of memory more.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GcmKernelBenchmark {
  private static final int UNIT_BYTES = GcmUnitCipher.UNIT_BYTES;

  @Param({"4096", "131072", "1048576"})
  private int sizeBytes;

  @Param({"direct", "heap"})
  private String memory = "";

  @Param({"other", "same"})
  private String target = "";

  private final GcmUnitCipher cipher = cipher();
  private ByteBuffer plain = ByteBuffer.allocate(0);
  private ByteBuffer sealed = ByteBuffer.allocate(0);
  private ByteBuffer input = ByteBuffer.allocate(0);
  private ByteBuffer opened = ByteBuffer.allocate(0);
  private ByteBuffer records = ByteBuffer.allocate(0);
  private ByteBuffer scratchRecords = ByteBuffer.allocate(0);
  private ByteBuffer scratch = ByteBuffer.allocate(0);
  private long counter;

  @Setup
  public void sealOnce() {
    int recordBytes = sizeBytes / UNIT_BYTES * UnitRecord.BYTES;
    plain = buffer(sizeBytes);
    sealed = buffer(sizeBytes);
    opened = buffer(sizeBytes);
    input = target.equals("same") ? opened.duplicate() : sealed;
    scratch = buffer(sizeBytes);
    records = buffer(recordBytes);
    scratchRecords = buffer(recordBytes);
    seal(sealed, records);
    if (target.equals("same")) {
      scratch = plain.duplicate();
    }
  }

  @TearDown
  public void close() {
    cipher.close();
  }

  @Benchmark
  public ByteBuffer encrypt() {
    seal(scratch, scratchRecords);
    return scratch;
  }

  @Benchmark
  public ByteBuffer decrypt() throws TagMismatchException {
    if (target.equals("same")) {
      input.put(0, sealed, 0, sizeBytes);
    }
    input.clear();
    records.clear();
    opened.clear();
    for (long unit = 0; input.hasRemaining(); unit++) {
      cipher.decrypt(unit, input, records, opened);
    }
    return opened;
  }

  private void seal(ByteBuffer result, ByteBuffer itsRecords) {
    plain.clear();
    result.clear();
    itsRecords.clear();
    for (long unit = 0; plain.hasRemaining(); unit++) {
      cipher.encrypt(unit, counter++, plain, result, itsRecords);
    }
  }

  private ByteBuffer buffer(int lengthBytes) {
    return memory.equals("direct")
        ? ByteBuffer.allocateDirect(lengthBytes)
        : ByteBuffer.allocate(lengthBytes);
  }

  private static GcmUnitCipher cipher() {
    try (SecretBytes key = SecretBytes.random(GcmUnitCipher.KEY_BYTES, new SecureRandom())) {
      return new GcmUnitCipher(key, new byte[GcmUnitCipher.LINEAGE_BYTES], 1);
    }
  }
}
