package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class InspectCommandTest {
  private static final String LINEAGE = "00112233445566778899aabbccddeeff";
  private static final long SIZE = 4 << 20;

  @TempDir private Path directory;
  private Path file = Path.of("");
  private final SecureRandom random = new SecureRandom();
  private final SecretBytes dataKey = SecretBytes.random(64, random);

  @BeforeEach
  void writeVolume() throws IOException {
    file = volume("vol-1", CipherSpec.AES_256_GCM);
  }

  @AfterEach
  void wipe() {
    dataKey.close();
  }

  @ParameterizedTest
  @EnumSource
  void printsHeaderAndEpochs(CipherSpec cipher) throws IOException {
    Path volume = volume("vol-2", cipher);
    assertThat(run(0, "inspect", volume.toString()))
        .contains(
            "volumeId           vol-2\n",
            "cipher             " + cipher + "\n",
            "headerCopyA        valid, sequence 1\n")
        .doesNotContain("journal");
    for (int opens = 1; opens <= 3; opens++) {
      open(volume, cipher).close();
    }
    String epochs = "epochs             3, closed properly\n";
    assertThat(run(0, "inspect", volume.toString()).contains(epochs)).isEqualTo(cipher.tagged());
  }

  @Test
  void tellsWhatWaitsInTheJournal() throws IOException {
    Volume open = open(file, CipherSpec.AES_256_GCM);
    open.write(0, ByteBuffer.allocate(8192));
    open.flush();
    String text = run(0, "inspect", file.toString());
    open.close();

    assertThat(text)
        .contains("epochs             1, not closed: the journal counts\n")
        .containsPattern("journalSegment\\d +epoch 1, \\d+ bytes: 2 units of data");
    assertThat(run(0, "inspect", file.toString())).doesNotContain("journal");
  }

  @Test
  void printsForScripts() throws IOException {
    assertThat(run(0, "inspect", "--output", "json", file.toString()))
        .contains("\"sizeBytes\" : 4194304", "\"closedProperly\" : true");
  }

  @Test
  void mendsADamagedCopyOfTheHeader() throws IOException {
    write(HeaderCopy.B.offset(), new byte[4096]);
    assertThat(run(1, "inspect", file.toString()))
        .contains("headerCopyB        header copy B has no magic\n");
    assertThat(run(0, "inspect", "--repair", file.toString()))
        .contains("repaired           header copy B was rewritten from the other one\n");
    assertThat(run(0, "inspect", file.toString())).contains("headerCopyB        valid");
  }

  @Test
  void mendsADamagedCopyOfTheEpochTable() throws IOException {
    open(file, CipherSpec.AES_256_GCM).close();
    write(EpochRegion.entryOffset(0, 1) + 8, new byte[] {1});
    assertThat(run(1, "inspect", file.toString()))
        .contains("epochs             1, closed properly; one copy of the table is damaged\n");
    assertThat(run(0, "inspect", "--repair", file.toString())).contains("repaired");
    open(file, CipherSpec.AES_256_GCM).close();
  }

  @Test
  void neverPutsAForgedHeaderInThePlaceOfTheAuthenticOne() throws IOException {
    HeaderImage authentic = HeaderImage.parse(Files.readAllBytes(file), HeaderCopy.A);
    HeaderImage forged = HeaderImage.of(authentic.header().grownTo(2 * SIZE), null);
    write(HeaderCopy.B.offset(), forged.bytes(HeaderCopy.B));

    run(0, "inspect", "--repair", file.toString());

    try (Volume open = open(file, CipherSpec.AES_256_GCM)) {
      assertThat(open.sizeBytes()).isEqualTo(SIZE);
    }
  }

  @Test
  void saysWhatIsWrongWithAFileThatIsNoVolume() throws IOException {
    Path other = Files.writeString(directory.resolve("note"), "hello");

    assertThat(run(1, "inspect", other.toString()))
        .contains("headerCopyA        header copy A has", "headerCopyB        header copy B has");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThat(run(1, "inspect", "/nowhere/vol-1.blockseal"))
        .isEqualTo("error: /nowhere/vol-1.blockseal: there is no such file\n");
  }

  @Test
  @Timeout(60)
  void doesNotWaitAtAFifo() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    for (Path other : List.of(fifo, directory, Path.of("/dev/zero"))) {
      String refusal = "error: " + other + " is no regular file, as the file of a volume is\n";
      assertThat(run(1, "inspect", other.toString())).isEqualTo(refusal);
      assertThat(run(1, "inspect", "--repair", other.toString())).isEqualTo(refusal);
    }
  }

  private Path volume(String id, CipherSpec cipher) throws IOException {
    Path volume = directory.resolve(id + ".blockseal");
    VolumeSpec plain = VolumeSpec.of(id, SIZE, cipher, LINEAGE);
    VolumeSpec spec = cipher.encrypted() ? plain.withKey(null, "d3JhcHBlZA==", Map.of()) : plain;
    Volume.create(volume, spec, cipher.encrypted() ? dataKey : null, random);
    return volume;
  }

  private Volume open(Path volume, CipherSpec cipher) throws IOException {
    return Volume.open(volume, cipher.encrypted() ? dataKey : null, OpenOptions.writable(), random);
  }

  private static String run(int expectedExitCode, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = Blockseald.line(Map.of());
    line.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
    assertThat(line.execute(arguments)).as(text.toString()).isEqualTo(expectedExitCode);
    return text.toString();
  }

  private void write(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
      target.seek(offset);
      target.write(bytes);
    }
  }
}
