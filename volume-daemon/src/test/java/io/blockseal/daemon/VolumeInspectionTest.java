package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class VolumeInspectionTest {
  private static final VolumeHeader HEADER =
      new VolumeHeader(
          "vol-1",
          8192,
          CipherSpec.AES_256_GCM,
          4096,
          524_288,
          "arn:aws:kms:us-east-1:123456789012:key/k",
          "d3JhcHBlZA==",
          Map.of("aws:ebs:id", "vol-1"),
          "00112233445566778899aabbccddeeff",
          7,
          null);

  @TempDir private Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void writeVolume() throws IOException {
    file = directory.resolve("vol-1.blockseal");
    write(0, new byte[2 << 20]);
    HeaderImage image = HeaderImage.of(HEADER, null);
    for (HeaderCopy copy : HeaderCopy.values()) {
      write(copy.offset(), image.bytes(copy));
    }
    byte[] epochs = EpochTable.empty().with(new byte[32]).with(new byte[32]).toBytes();
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      write(EpochRegion.copyOffset(copy), EpochRegion.head(copy, 2));
      write(EpochRegion.entryOffset(copy, 1), epochs);
    }
    Files.write(Path.of(file + ".journal"), new byte[100]);
  }

  @Test
  void readsHeaderEpochsAndJournal() throws IOException {
    VolumeInspection found = VolumeInspection.of(file);

    assertThat(found.header().header()).isEqualTo(HEADER);
    assertThat(found.problems()).isEmpty();
    assertThat(found.epochs()).isEqualTo(2);
    assertThat(found.journalBytes()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void countsTheEpochsOfAVolumeByTheEngine(CipherSpec cipher) throws IOException {
    Path volume = directory.resolve("vol-2.blockseal");
    VolumeSpec plain = VolumeSpec.of("vol-2", 8192, cipher, HEADER.lineageId());
    VolumeSpec spec = cipher.encrypted() ? plain.withKey(null, "d3JhcHBlZA==", Map.of()) : plain;
    SecureRandom random = new SecureRandom();
    try (SecretBytes key = cipher.encrypted() ? SecretBytes.random(64, random) : null) {
      Volume.create(volume, spec, key, random);
      assertThat(run(0, "inspect", volume.toString()))
          .contains("cipher             " + cipher, "epochs             0\n");
      for (int opens = 1; opens <= 3; opens++) {
        Volume.open(volume, key, OpenOptions.writable(), random).close();
      }
    }
    assertThat(run(0, "inspect", volume.toString()))
        .contains("epochs             %d%n".formatted(cipher.tagged() ? 3 : 0));
  }

  @Test
  void countsTheEpochsOfTheBetterCopy() throws IOException {
    write(EpochRegion.entryOffset(0, 1) + 8, new byte[] {1});
    assertThat(VolumeInspection.of(file).epochs()).isEqualTo(2);
    write(EpochRegion.entryOffset(1, 2) + 8, new byte[] {1});
    assertThat(VolumeInspection.of(file).epochs()).isEqualTo(1);
  }

  @Test
  void takesTheGoodCopyAndMendsTheOther() throws IOException {
    write(HeaderCopy.A.offset() + 600, new byte[] {1, 2, 3});
    VolumeInspection found = VolumeInspection.of(file);
    assertThat(found.problems())
        .containsOnly(Map.entry(HeaderCopy.A, "header copy A fails its checksum"));

    found.repair();

    assertThat(VolumeInspection.of(file).problems()).isEmpty();
  }

  @Test
  void takesTheNewerOfTwoGoodCopies() throws IOException {
    HeaderImage newer = HeaderImage.of(HEADER.grownTo(12_288), null);
    write(HeaderCopy.A.offset(), newer.bytes(HeaderCopy.A));

    VolumeInspection found = VolumeInspection.of(file);

    assertThat(found.header().header().sizeBytes()).isEqualTo(12_288);
    assertThat(found.problems())
        .containsOnly(Map.entry(HeaderCopy.B, "header copy B is out of date"));
  }

  @Test
  void saysWhatIsWrongWithAFileThatIsNoVolume() throws IOException {
    Path other = Files.writeString(directory.resolve("note"), "hello");

    assertThatThrownBy(() -> VolumeInspection.of(other))
        .hasMessageStartingWith(other + " is no volume")
        .hasMessageContaining("header copy A has 5 bytes");
  }

  @Test
  void printsForPeopleAndForScripts() throws IOException {
    assertThat(run(0, "inspect", file.toString()))
        .contains("volumeId           vol-1\n", "headerCopyA        valid\n", "epochs");
    assertThat(run(0, "inspect", "--output", "json", file.toString()))
        .contains("\"sizeBytes\" : 8192", "\"headerCopyB\" : \"valid\"");

    write(HeaderCopy.B.offset(), new byte[4096]);
    assertThat(run(1, "inspect", file.toString())).contains("header copy B has no magic");
    assertThat(run(0, "inspect", "--repair", file.toString())).contains("headerCopyB        rewr");
    assertThat(run(0, "inspect", file.toString())).contains("headerCopyB        valid");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThat(run(1, "inspect", "/nowhere/vol-1.blockseal"))
        .isEqualTo("error: /nowhere/vol-1.blockseal: there is no such file\n");
  }

  private static String run(int expectedExitCode, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = Blockseald.line(Map.of());
    line.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
    assertThat(line.execute(arguments)).isEqualTo(expectedExitCode);
    return text.toString();
  }

  private void write(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
      target.seek(offset);
      target.write(bytes);
    }
  }
}
