package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.KDFCounterBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KDFCounterParameters;

/// NIST SP 800-108r1, section 4.1: key derivation in counter mode with HMAC-SHA256 and a 32-bit
/// counter ahead of the fixed input.
final class CounterKdf {
  private static final int COUNTER_BITS = 32;
  private static final int KEY_BYTES = 32;

  private CounterKdf() {}

  /// A 32-byte key for `label` and `context`. The fixed input is the one that the standard
  /// proposes: label, `00`, context, length of the output in bits as 32 bits big-endian. Labels are
  /// ASCII without `00`, so no two (label, context) pairs have the same fixed input.
  static byte[] derive(byte[] key, String label, byte[] context) {
    byte[] labelBytes = label.getBytes(US_ASCII);
    ByteBuffer fixedInput =
        ByteBuffer.allocate(labelBytes.length + 1 + context.length + Integer.BYTES)
            .put(labelBytes)
            .put((byte) 0)
            .put(context)
            .putInt(KEY_BYTES * Byte.SIZE);
    return generate(key, fixedInput.array(), KEY_BYTES);
  }

  static byte[] generate(byte[] key, byte[] fixedInput, int lengthBytes) {
    KDFCounterBytesGenerator generator = new KDFCounterBytesGenerator(new HMac(new SHA256Digest()));
    generator.init(new KDFCounterParameters(key, fixedInput, COUNTER_BITS));
    byte[] output = new byte[lengthBytes];
    generator.generateBytes(output, 0, lengthBytes);
    return output;
  }
}
