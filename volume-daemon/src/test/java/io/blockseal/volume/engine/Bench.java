package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Volumes on a [MemoryDisk], for tests.
final class Bench {
  static final String ID = "vol-0123456789abcdef0";
  static final String LINEAGE = "00112233445566778899aabbccddeeff";
  static final int UNIT = 4096;
  static final int CHUNK = 512 << 10;

  /// A journal that fills soon.
  static final Tuning SMALL_JOURNAL = new Tuning(256 << 10, 64, 2, false, 2);

  /// The smallest journal there is: a checkpoint every few requests.
  static final Tuning TINY_JOURNAL = new Tuning(128 << 10, 40, 2, false, 2);

  /// What knows the last state of the volume of each disk.
  private static final Map<MemoryDisk, MemoryWitness> WITNESSES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final SecureRandom RANDOM = new SecureRandom();

  private Bench() {}

  static SecretBytes key() {
    byte[] key = new byte[64];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 3 + 1);
    }
    return SecretBytes.takeOver(key);
  }

  static @Nullable SecretBytes keyFor(CipherSpec cipher) {
    return cipher.encrypted() ? key() : null;
  }

  static VolumeSpec spec(CipherSpec cipher, long sizeBytes) {
    VolumeSpec spec = VolumeSpec.of(ID, sizeBytes, cipher, LINEAGE);
    return cipher.encrypted()
        ? spec.withKey("arn:aws:kms:us-east-1:1:key/k", "d3JhcHBlZA==", Map.of("aws:ebs:id", ID))
        : spec;
  }

  static void create(MemoryDisk disk, VolumeSpec spec) throws IOException {
    create(disk, spec, SMALL_JOURNAL);
  }

  static void create(MemoryDisk disk, VolumeSpec spec, Tuning tuning) throws IOException {
    try (var files = disk.create();
        var key = keyFor(spec.cipher())) {
      VolumeOpening.create(files, spec, key, tuning);
    }
  }

  static MemoryDisk created(CipherSpec cipher, long sizeBytes) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    create(disk, spec(cipher, sizeBytes));
    return disk;
  }

  static Volume open(MemoryDisk disk, CipherSpec cipher) throws IOException {
    return open(disk, cipher, OpenOptions.writable());
  }

  static Volume open(MemoryDisk disk, CipherSpec cipher, OpenOptions options) throws IOException {
    try (var key = keyFor(cipher)) {
      OpenOptions witnessed = options.witnessedBy(witness(disk));
      return VolumeOpening.open(disk.mount(), key, witnessed, RANDOM, SMALL_JOURNAL);
    }
  }

  static Volume open(MemoryDisk disk, CipherSpec cipher, Tuning tuning) throws IOException {
    try (var key = keyFor(cipher)) {
      OpenOptions options = OpenOptions.writable().witnessedBy(witness(disk));
      return VolumeOpening.open(disk.mount(), key, options, RANDOM, tuning);
    }
  }

  /// The witness of every open of this disk here; a copy of the disk has another one.
  static MemoryWitness witness(MemoryDisk disk) {
    return WITNESSES.computeIfAbsent(disk, any -> new MemoryWitness());
  }

  static SealedVolume openSealed(MemoryDisk disk) throws IOException {
    return VolumeOpening.openSealed(disk.mount(), OpenOptions.writable());
  }

  static byte[] read(BlockDevice device, long offset, int lengthBytes) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(lengthBytes);
    device.read(offset, target);
    return target.array();
  }

  static void write(BlockDevice device, long offset, byte[] content) throws IOException {
    device.write(offset, ByteBuffer.wrap(content.clone()));
  }

  /// `lengthBytes` bytes that `seed` decides.
  static byte[] bytes(int seed, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }
}
