package io.blockseal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.GcmUnitCipher;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.cipher.XtsCipher;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkTranscoderTest {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final long SIZE = 3L * Geometry.CHUNK_BYTES + 2L * UNIT;
  private static final EpochTable ONE_EPOCH = EpochTable.empty().with(salt(1));

  private final ChunkScratch scratch = new ChunkScratch();

  @Test
  void encryptsAPlainChunkAsXtsDoes() throws Exception {
    ByteBuffer stored = plainChunk(1, 'x', 'y');
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.NONE, EpochTable.empty(), CipherSpec.AES_256_XTS)) {
      ByteBuffer made = Objects.requireNonNull(transcoder.transcode(1, stored, scratch));

      ByteBuffer expected = ByteBuffer.allocate(2 * UNIT);
      try (SecretBytes key = Objects.requireNonNull(key("copy"));
          XtsCipher cipher = new XtsCipher(key, UNIT)) {
        cipher.encrypt(128 + 1, stored.slice(UNIT, 2 * UNIT), expected);
      }
      assertThat(made.slice(UNIT, 2 * UNIT)).isEqualTo(expected.flip());
      assertThat(Zeros.only(made, 0, UNIT)).as("never written").isTrue();
      assertThat(Zeros.only(made, 3 * UNIT, 125 * UNIT)).as("never written").isTrue();
    }
  }

  @Test
  void encryptsUnderGcmInEpochOneWithTheUnitNumberAsCounter() throws Exception {
    ByteBuffer stored = plainChunk(1, 'x', 'y');
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.NONE, EpochTable.empty(), CipherSpec.AES_256_GCM)) {
      ByteBuffer made = Objects.requireNonNull(transcoder.transcode(2, stored, scratch));

      assertThat(made.remaining()).isEqualTo(Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES);
      assertThat(UnitRecord.written(record(made, 0))).isFalse();
      assertThat(UnitRecord.epoch(record(made, 2))).isEqualTo(1);
      assertThat(UnitRecord.counter(record(made, 2))).isEqualTo(2 * 128 + 2);
      ByteBuffer plain = ByteBuffer.allocate(UNIT);
      try (GcmUnitCipher cipher = gcm("copy", SnapshotLab.COPY_LINEAGE, ONE_EPOCH, 1)) {
        cipher.decrypt(2 * 128 + 2, unit(made, 2), record(made, 2), plain);
      }
      assertThat(plain.array()).containsOnly('y');
    }
  }

  @Test
  void repeatsItselfToTheByteWhenACopyIsTakenUpAgain() throws Exception {
    byte[][] made = new byte[2][];
    for (int n = 0; n < 2; n++) {
      try (ChunkTranscoder transcoder =
          transcoder(CipherSpec.NONE, EpochTable.empty(), CipherSpec.AES_256_GCM)) {
        ByteBuffer stored = plainChunk(0, 'x');
        made[n] = bytes(Objects.requireNonNull(transcoder.transcode(0, stored, scratch)));
      }
    }

    assertThat(made[1]).isEqualTo(made[0]);
  }

  @Test
  void readsGcmUnitsOfManyEpochs() throws Exception {
    EpochTable epochs = EpochTable.empty().with(salt(1)).with(salt(2)).with(salt(3));
    ByteBuffer stored = ByteBuffer.allocate(Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES);
    seal(stored, epochs, 3, 5, 'a');
    seal(stored, epochs, 1, 6, 'b');
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.AES_256_GCM, epochs, CipherSpec.AES_256_XTS)) {
      ByteBuffer made = Objects.requireNonNull(transcoder.transcode(0, stored, scratch));

      ByteBuffer plain = ByteBuffer.allocate(2 * UNIT);
      try (SecretBytes key = Objects.requireNonNull(key("copy"));
          XtsCipher cipher = new XtsCipher(key, UNIT)) {
        cipher.decrypt(5, made.slice(5 * UNIT, 2 * UNIT), plain);
      }
      assertThat(Arrays.copyOf(plain.array(), UNIT)).containsOnly('a');
      assertThat(Arrays.copyOfRange(plain.array(), UNIT, 2 * UNIT)).containsOnly('b');
    }
  }

  @Test
  void refusesAGcmUnitThatWasAltered() throws Exception {
    ByteBuffer stored = ByteBuffer.allocate(Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES);
    seal(stored, ONE_EPOCH, 1, 5, 'a');
    ByteBuffer altered = unit(stored, 5);
    altered.put(100, (byte) (altered.get(100) ^ 1));
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.AES_256_GCM, ONE_EPOCH, CipherSpec.AES_256_XTS)) {
      assertThatThrownBy(() -> transcoder.transcode(0, stored, scratch))
          .isInstanceOf(UnreadableUnitException.class)
          .hasMessageContaining("vol-1 in snapshot snap-1: unit 5")
          .hasMessageContaining("authentication");
    }
  }

  @Test
  void refusesAGcmUnitOfAnEpochThatTheTableLacks() throws Exception {
    ByteBuffer stored = ByteBuffer.allocate(Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES);
    seal(stored, ONE_EPOCH.with(salt(2)), 2, 5, 'a');
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.AES_256_GCM, ONE_EPOCH, CipherSpec.AES_256_XTS)) {
      assertThatThrownBy(() -> transcoder.transcode(0, stored, scratch))
          .isInstanceOf(UnreadableUnitException.class)
          .hasMessageContaining("epoch 2 of 1");
    }
  }

  @Test
  void refusesAGcmUnitThatTheTagTreeDisownedAndSaysSo() throws Exception {
    ByteBuffer stored = ByteBuffer.allocate(Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES);
    UnitRecord.makeSuspect(stored, Geometry.UNITS_PER_CHUNK);
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.AES_256_GCM, ONE_EPOCH, CipherSpec.AES_256_XTS)) {
      assertThatThrownBy(() -> transcoder.transcode(0, stored, scratch))
          .isInstanceOf(UnreadableUnitException.class)
          .hasMessageContaining("unit 0")
          .hasMessageContaining("its tag page fails the authentication of the tag tree");
    }
  }

  @Test
  void leavesAHoleAHole() throws Exception {
    ByteBuffer zeros = ByteBuffer.allocate(Geometry.CHUNK_BYTES);
    for (CipherSpec to : new CipherSpec[] {CipherSpec.AES_256_XTS, CipherSpec.AES_256_GCM}) {
      try (ChunkTranscoder transcoder = transcoder(CipherSpec.NONE, EpochTable.empty(), to)) {
        assertThat(transcoder.transcode(0, zeros, scratch)).isNull();
      }
    }
  }

  @Test
  void ignoresWhatLiesBehindTheEndOfTheVolume() throws Exception {
    ByteBuffer stored = plainChunk(1, 'x', 'y', 'z');
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.NONE, EpochTable.empty(), CipherSpec.AES_256_GCM)) {
      ByteBuffer made = Objects.requireNonNull(transcoder.transcode(3, stored, scratch));

      assertThat(UnitRecord.written(record(made, 1))).isTrue();
      assertThat(UnitRecord.written(record(made, 2))).isFalse();
    }
  }

  @Test
  void refusesATargetWithMoreThanItsOwnEpoch() {
    SnapshotFacts facts = facts(CipherSpec.AES_256_GCM, "snap-2", SnapshotLab.COPY_LINEAGE);
    try (SecretBytes key = Objects.requireNonNull(key("copy"))) {
      assertThatThrownBy(() -> ChunkEncoder.of(facts, ONE_EPOCH.with(salt(2)), key))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one epoch");
    }
  }

  @Test
  void keepsNoPlaintextInAScratchThatIsGivenBack() throws Exception {
    ChunkScratchPool pool = new ChunkScratchPool();
    ChunkScratch[] used = new ChunkScratch[1];
    try (ChunkTranscoder transcoder =
        transcoder(CipherSpec.NONE, EpochTable.empty(), CipherSpec.AES_256_XTS)) {
      pool.use(
          borrowed -> {
            used[0] = borrowed;
            transcoder.transcode(0, plainChunk(0, 'x'), borrowed);
          });
    }

    PlainChunk plain = used[0].plain();
    assertThat(Zeros.only(plain.units(0, Geometry.UNITS_PER_CHUNK))).isTrue();
  }

  private static ChunkTranscoder transcoder(CipherSpec from, EpochTable epochs, CipherSpec to) {
    SnapshotFacts source = facts(from, "snap-1", SnapshotFixtures.LINEAGE);
    SnapshotFacts target = facts(to, "snap-2", SnapshotLab.COPY_LINEAGE);
    try (@Nullable SecretBytes sourceKey = from.encrypted() ? key("vol-1") : null;
        SecretBytes targetKey = Objects.requireNonNull(key("copy"))) {
      return new ChunkTranscoder(
          ChunkDecoder.of(source, epochs, sourceKey),
          ChunkEncoder.of(target, to.tagged() ? ONE_EPOCH : EpochTable.empty(), targetKey),
          target.geometry().storedChunkBytes());
    }
  }

  private static SnapshotFacts facts(CipherSpec cipher, String id, String lineage) {
    return new SnapshotFacts(
        id,
        "vol-1",
        SIZE,
        cipher,
        lineage,
        cipher.encrypted() ? SnapshotLab.wrapping(id) : null,
        null);
  }

  /// A plain chunk whose units from `first` on hold these values, and zeros elsewhere.
  private static ByteBuffer plainChunk(int first, int... values) {
    ByteBuffer chunk = ByteBuffer.allocate(Geometry.CHUNK_BYTES);
    for (int i = 0; i < values.length; i++) {
      Arrays.fill(chunk.array(), (first + i) * UNIT, (first + i + 1) * UNIT, (byte) values[i]);
    }
    return chunk;
  }

  private static void seal(ByteBuffer stored, EpochTable epochs, int epoch, int unit, int value) {
    byte[] plain = new byte[UNIT];
    Arrays.fill(plain, (byte) value);
    try (GcmUnitCipher cipher = gcm("vol-1", SnapshotFixtures.LINEAGE, epochs, epoch)) {
      cipher.encrypt(unit, 7, ByteBuffer.wrap(plain), unit(stored, unit), record(stored, unit));
    }
  }

  private static GcmUnitCipher gcm(String keyName, String lineage, EpochTable epochs, int epoch) {
    byte[] lineageId = HexFormat.of().parseHex(lineage);
    try (SecretBytes dataKey = Objects.requireNonNull(key(keyName));
        SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, epochs.salt(epoch), lineageId)) {
      return new GcmUnitCipher(key, lineageId, epoch);
    }
  }

  private static @Nullable SecretBytes key(String name) {
    return SnapshotLab.keyOf(name, CipherSpec.AES_256_XTS);
  }

  private static ByteBuffer record(ByteBuffer stored, int unit) {
    return stored.slice(unit * UnitRecord.BYTES, UnitRecord.BYTES);
  }

  private static ByteBuffer unit(ByteBuffer stored, int unit) {
    return stored.slice(Geometry.TAG_PAGE_BYTES + unit * UNIT, UNIT);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] salt(int value) {
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    Arrays.fill(salt, (byte) value);
    return salt;
  }
}
