package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.block.TagTreeShape;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.HexDump;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Stored chunks of format 1, byte by byte, as the engine writes them. Tag page and digests are
/// what `independent/golden_format.py` computes with OpenSSL.
final class GoldenChunkTest {
  private static final int SIZE = 2 * CHUNK;
  private static final String GCM_SHA256 =
      "3f0104d4ae0af4c23108a2b032cbca97864f2ad914614011eb0521d52b7d8825";
  private static final String GCM_ROOT =
      "dad2160c6e8ecde0e2c00160f6f4b1fdb68cc8ddb194f466d838494d806edc85";
  private static final String XTS_SHA256 =
      "b44ba3cc7bdb579a461d9f7ed8815b14c09d698169e3bb0ba47fed83ca864000";

  @Test
  void aGcmChunkIsATagPageAndItsUnits() throws Exception {
    MemoryDisk disk = Bench.created(CipherSpec.AES_256_GCM, SIZE);
    try (var key = Bench.key();
        Volume volume =
            VolumeOpening.open(
                disk.mount(), key, OpenOptions.writable(), new Ascending(), Bench.SMALL_JOURNAL)) {
      writeUnit(volume, 0, 0xa1);
      writeUnit(volume, 0, 0xa2);
      writeUnit(volume, 127, 0xa3);
      writeUnit(volume, 2, 0xa4);
    }
    assertThat(root(disk)).isEqualTo(GCM_ROOT);
    byte[] node = new byte[TagTreeShape.NODE_BYTES];
    disk.file(VolumeFile.VOLUME).read(TagTreeShape.nodeHome(1, 0, 0), node);
    assertThat(HexDump.of(node)).isEqualTo(HexDump.golden("tag-tree-node-v1"));
    byte[] chunk = stored(disk, new Geometry(SIZE, true), 0);
    assertThat(HexDump.of(Arrays.copyOf(chunk, Geometry.TAG_PAGE_BYTES)))
        .isEqualTo(HexDump.golden("gcm-tag-page-v1"));
    assertThat(sha256(chunk)).isEqualTo(GCM_SHA256);

    try (Volume volume = Bench.open(disk, CipherSpec.AES_256_GCM, OpenOptions.forReading())) {
      assertThat(read(volume, 0, UNIT)).containsOnly((byte) 0xa2);
      assertThat(read(volume, UNIT, UNIT)).containsOnly(0);
      assertThat(read(volume, 2 * UNIT, UNIT)).containsOnly((byte) 0xa4);
      assertThat(read(volume, 127 * UNIT, UNIT)).containsOnly((byte) 0xa3);
    }
  }

  @Test
  void anXtsChunkIsItsUnits() throws Exception {
    MemoryDisk disk = Bench.created(CipherSpec.AES_256_XTS, SIZE);
    try (Volume volume = Bench.open(disk, CipherSpec.AES_256_XTS)) {
      writeUnit(volume, 129, 0xb1);
      writeUnit(volume, 131, 0xb2);
    }
    assertThat(sha256(stored(disk, new Geometry(SIZE, false), 1))).isEqualTo(XTS_SHA256);
  }

  private static String root(MemoryDisk disk) throws IOException {
    try (var files = disk.mount();
        var store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.READ)) {
      VolumeHeader header = HeaderFile.read(store, files.name()).header();
      return Objects.requireNonNull(header.tagTree()).root();
    }
  }

  private static void writeUnit(Volume volume, long unit, int fill) throws IOException {
    byte[] content = new byte[UNIT];
    Arrays.fill(content, (byte) fill);
    write(volume, unit * UNIT, content);
  }

  private static byte[] stored(MemoryDisk disk, Geometry geometry, long chunk) {
    byte[] stored = new byte[geometry.storedChunkBytes()];
    disk.file(VolumeFile.VOLUME).read(geometry.chunkHome(chunk), stored);
    return stored;
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /// Draws the salt 00 01 02 ... 1f.
  private static final class Ascending extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
    }
  }
}
