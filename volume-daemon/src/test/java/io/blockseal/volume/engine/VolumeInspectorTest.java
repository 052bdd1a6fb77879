package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.created;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeBusyException;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class VolumeInspectorTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final int SIZE = 2 * CHUNK;
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");
  private static final VolumeReport.Header GOOD_A = new VolumeReport.Header("A", 0, 1L, null);
  private static final VolumeReport.Header GOOD_B =
      new VolumeReport.Header("B", 64 << 10, 1L, null);

  @BeforeAll
  static void beSilent() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource
  void findsAFreshVolumeSound(CipherSpec cipher) throws IOException {
    VolumeReport report = inspect(created(cipher, SIZE));
    assertThat(report.headers()).containsExactly(GOOD_A, GOOD_B);
    assertThat(report.header()).contains("\"cipher\" : \"" + cipher + "\"");
    assertThat(report.changesNoted()).isTrue();
    assertThat(report.epochs() != null).isEqualTo(cipher.tagged());
    assertThat(report.journal() != null).isEqualTo(cipher.tagged());
  }

  @Test
  void printsAPlainVolume() throws IOException {
    assertThat(inspect(created(CipherSpec.NONE, SIZE)).toJson())
        .isEqualTo(
            """
            {
              "headerCopies" : [ {
                "copy" : "A",
                "offset" : 0,
                "valid" : true,
                "sequence" : 1
              }, {
                "copy" : "B",
                "offset" : 65536,
                "valid" : true,
                "sequence" : 1
              } ],
              "header" : {
                "volumeId" : "vol-0123456789abcdef0",
                "sizeBytes" : 1048576,
                "cipher" : "NONE",
                "unitBytes" : 4096,
                "chunkBytes" : 524288,
                "encryptionContext" : { },
                "lineageId" : "00112233445566778899aabbccddeeff"
              },
              "changesNoted" : true
            }\
            """);
  }

  @Test
  void printsAGcmVolumeThatWasNeverOpened() throws IOException {
    assertThat(inspect(created(GCM, SIZE)).toJson())
        .endsWith(
            """
              "epochs" : {
                "count" : 0,
                "closedProperly" : true,
                "copiesEqual" : true
              },
              "journal" : {
                "sizeBytes" : 262144,
                "segments" : [ ],
                "defect" : "half 0 of the journal has no magic, or is of another version"
              },
              "changesNoted" : true
            }\
            """);
  }

  @Test
  void showsTheTagTree() throws IOException {
    assertThat(inspect(killed()).toJson())
        .containsPattern("\"tagTree\" : \\{\\s+\"root\" : \"[0-9a-f]{64}\",\\s+\"segment\" : 2\\s");
  }

  @Test
  void printsAGcmVolumeThatWasKilled() throws IOException {
    assertThat(inspect(killed()).toJson())
        .endsWith(
            """
              "epochs" : {
                "count" : 2,
                "closedProperly" : false,
                "copiesEqual" : true
              },
              "journal" : {
                "sizeBytes" : 262144,
                "segments" : [ {
                  "number" : 4,
                  "epoch" : 2,
                  "usedBytes" : 8576,
                  "dataUnits" : 2,
                  "recordUnits" : 3,
                  "discardedUnits" : 4
                }, {
                  "number" : 5,
                  "epoch" : 2,
                  "usedBytes" : 0,
                  "dataUnits" : 0,
                  "recordUnits" : 0,
                  "discardedUnits" : 0
                } ]
              },
              "changesNoted" : false
            }\
            """);
  }

  @Test
  void countsTheOpensOfAGcmVolume() throws IOException {
    MemoryDisk disk = created(GCM, SIZE);
    for (int opens = 1; opens <= 3; opens++) {
      Bench.open(disk, GCM).close();
      assertThat(inspect(disk).epochs())
          .isEqualTo(new VolumeReport.Epochs(opens, true, true, null));
    }
    Bench.open(disk, GCM, OpenOptions.forReading()).close();
    assertThat(Objects.requireNonNull(inspect(disk).epochs()).count()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void namesATornHeaderAndMendsIt(HeaderCopy copy) throws IOException {
    MemoryDisk disk = created(CipherSpec.AES_256_XTS, SIZE);
    disk.file(VolumeFile.VOLUME).write(copy.offset() + 512, new byte[512]);
    VolumeReport torn = inspect(disk);
    VolumeReport.Header bad =
        new VolumeReport.Header(
            copy.name(), copy.offset(), null, "header copy %s fails its checksum".formatted(copy));
    assertThat(torn.headers())
        .containsExactly(copy == HeaderCopy.A ? bad : GOOD_A, copy == HeaderCopy.B ? bad : GOOD_B);
    assertThat(torn.toJson())
        .contains("\"valid\" : false,\n    \"defect\" : \"header copy %s fails".formatted(copy));
    assertThat(torn.header()).isEqualTo(inspect(created(CipherSpec.AES_256_XTS, SIZE)).header());

    assertThat(repair(disk))
        .containsExactly("header copy %s was rewritten from the other one".formatted(copy));
    assertThat(inspect(disk).headers()).containsExactly(GOOD_A, GOOD_B);
    assertThat(repair(disk)).isEmpty();
    Bench.open(disk, CipherSpec.AES_256_XTS).close();
  }

  @ParameterizedTest
  @EnumSource
  void openingForWritingMendsAHeader(HeaderCopy copy) throws IOException {
    MemoryDisk disk = created(CipherSpec.AES_256_GCM, SIZE);
    disk.file(VolumeFile.VOLUME).write(copy.offset() + 100, new byte[] {0x7f});
    Bench.open(disk, CipherSpec.AES_256_GCM, OpenOptions.forReading()).close();
    assertThat(inspect(disk).headers()).isNotEqualTo(List.of(GOOD_A, GOOD_B));

    disk.faults().arm(Fault.EIO, 1, FaultPlan.Span.ONCE, call -> call.is("write"));
    Bench.open(disk, CipherSpec.AES_256_GCM).close();
    assertThat(inspect(disk).headers()).isNotEqualTo(List.of(GOOD_A, GOOD_B));
    disk.faults().disarm();

    Bench.open(disk, CipherSpec.AES_256_GCM).close();
    assertThat(inspect(disk).headers()).containsExactly(GOOD_A, GOOD_B);
  }

  @Test
  void leavesAnOlderHeaderAlone() throws IOException {
    MemoryDisk disk = created(CipherSpec.AES_256_XTS, SIZE);
    byte[] older = new byte[HeaderCopy.BYTES];
    disk.file(VolumeFile.VOLUME).read(HeaderCopy.B.offset(), older);
    try (Volume volume = Bench.open(disk, CipherSpec.AES_256_XTS)) {
      volume.grow(3 * CHUNK);
    }
    disk.file(VolumeFile.VOLUME).write(HeaderCopy.B.offset(), older);
    VolumeReport report = inspect(disk);
    assertThat(report.headers()).containsExactly(new VolumeReport.Header("A", 0, 3L, null), GOOD_B);
    assertThat(report.header()).contains("\"sizeBytes\" : 1572864");
    assertThat(repair(disk)).isEmpty();
  }

  @Test
  void saysThatBothHeadersAreTorn() throws IOException {
    MemoryDisk disk = created(GCM, SIZE);
    for (HeaderCopy copy : HeaderCopy.values()) {
      disk.file(VolumeFile.VOLUME).flip(copy.offset(), 1);
    }
    VolumeReport report = inspect(disk);
    assertThat(report.header()).isNull();
    assertThat(report.epochs()).isNull();
    assertThat(report.headers())
        .extracting(VolumeReport.Header::defect)
        .containsExactly("header copy A has no magic", "header copy B has no magic");
    assertThat(report.toJson()).contains("\"header\" : null");
    assertThatThrownBy(() -> repair(disk))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "volume memory has no valid header to repair from: header copy A has no magic;"
                + " header copy B has no magic");
  }

  @Test
  void namesADamagedEpochTableAndMendsIt() throws IOException {
    MemoryDisk disk = killed();
    disk.file(VolumeFile.VOLUME).flip(EpochRegion.entryOffset(1, 2) + 9, 1);
    assertThat(inspect(disk).epochs()).isEqualTo(new VolumeReport.Epochs(2, false, false, null));

    assertThat(repair(disk)).containsExactly("both copies of the epoch table were written anew");
    assertThat(inspect(disk).epochs()).isEqualTo(new VolumeReport.Epochs(2, false, true, null));

    disk.file(VolumeFile.VOLUME).flip(EpochRegion.entryOffset(0, 2) + 9, 1);
    disk.file(VolumeFile.VOLUME).flip(EpochRegion.entryOffset(1, 2) + 9, 1);
    assertThat(inspect(disk).epochs())
        .isEqualTo(
            new VolumeReport.Epochs(
                0, false, false, "volume memory: entry of epoch 2 is damaged in every copy"));
    assertThatThrownBy(() -> repair(disk)).isInstanceOf(FormatException.class);
  }

  @Test
  void namesAMissingOrDamagedJournal() throws IOException {
    MemoryDisk disk = killed();
    disk.file(VolumeFile.JOURNAL).flip(131_072 + 16, 1);
    VolumeReport.Journal journal = Objects.requireNonNull(inspect(disk).journal());
    assertThat(journal.defect()).isEqualTo("head of half 1 of the journal fails its checksum");
    assertThat(journal.segments()).hasSize(1);

    disk.remove(VolumeFile.JOURNAL);
    assertThat(inspect(disk).journal())
        .isEqualTo(new VolumeReport.Journal(0, List.of(), "there is no journal file"));
  }

  @Test
  void looksAtFilesThatAreOpenButMendsThemOnlyClosed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("vol-1.blockseal");
    assertThatThrownBy(() -> VolumeInspector.inspect(file)).isInstanceOf(NoSuchFileException.class);
    try (var key = Bench.key()) {
      Volume.create(file, Bench.spec(GCM, SIZE), key, new SecureRandom());
      try (Volume volume = Volume.open(file, key, OpenOptions.writable(), new SecureRandom())) {
        write(volume, 0, bytes(1, UNIT));
        VolumeReport report = VolumeInspector.inspect(file);
        assertThat(report.epochs()).isEqualTo(new VolumeReport.Epochs(1, false, true, null));
        assertThatThrownBy(() -> VolumeInspector.repair(file))
            .isInstanceOf(VolumeBusyException.class);
      }
      assertThat(VolumeInspector.inspect(file).epochs())
          .isEqualTo(new VolumeReport.Epochs(1, true, true, null));
      assertThat(VolumeInspector.repair(file)).isEmpty();
    }
  }

  /// A volume that was opened twice, and whose second process died with entries of every type in
  /// the journal.
  private static MemoryDisk killed() throws IOException {
    MemoryDisk disk = created(GCM, SIZE);
    try (Volume volume = Bench.open(disk, GCM)) {
      write(volume, 0, bytes(1, 2 * UNIT));
    }
    Volume volume = Bench.open(disk, GCM);
    write(volume, 0, bytes(2, 2 * UNIT));
    write(volume, CHUNK, bytes(3, 3 * UNIT));
    volume.discard(CHUNK, 4 * UNIT);
    volume.flush();
    disk.kill();
    return disk;
  }

  private static VolumeReport inspect(MemoryDisk disk) throws IOException {
    try (VolumeFiles files = disk.mount()) {
      return VolumeInspector.inspect(files);
    }
  }

  private static List<String> repair(MemoryDisk disk) throws IOException {
    try (VolumeFiles files = disk.mount()) {
      return VolumeInspector.repair(files);
    }
  }
}
