package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.meta.RocksDbMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a thief finds who has the snapshots, the chunks and the metadata.
class StolenDirectoryTest {
  private static final String CANARY = "the canary sings in plaintext. ";

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"AES_256_XTS", "AES_256_GCM"})
  void holdsNoPlaintextAndNoKey(CipherSpec cipher) throws IOException {
    fillStore(cipher, cipher);

    for (Path file : files()) {
      assertThat(holds(file, CANARY.getBytes(US_ASCII))).as("plaintext in %s", file).isFalse();
      for (String name : List.of("vol-1", "copy")) {
        byte[] key = keyBytes(name);
        for (int half = 0; half < 2; half++) {
          byte[] part = Arrays.copyOfRange(key, half * 32, half * 32 + 32);
          assertThat(holds(file, part)).as("key of %s in %s", name, file).isFalse();
        }
      }
    }
  }

  @Test
  void theTestItselfWouldFindPlaintext() throws IOException {
    fillStore(CipherSpec.NONE, CipherSpec.AES_256_XTS);

    boolean found = false;
    for (Path file : files()) {
      found |= holds(file, CANARY.getBytes(US_ASCII));
    }
    assertThat(found).isTrue();
  }

  /// A volume full of canaries, a snapshot of it, and one encrypted anew from that; real files
  /// throughout. The volume itself is removed.
  private void fillStore(CipherSpec cipher, CipherSpec copied) throws IOException {
    try (RocksDbMetadataStore metadata = RocksDbMetadataStore.open(directory.resolve("metadata"));
        ChunkStore chunks = DirectoryChunkStore.open(directory.resolve("chunks"));
        SnapshotLab lab = SnapshotLab.open(directory, metadata, chunks)) {
      byte[] before;
      try (Volume volume = lab.newVolume("vol-1", 3 * CHUNK, cipher)) {
        volume.write(100, ByteBuffer.wrap(CANARY.repeat(40_000).getBytes(US_ASCII)));
        lab.take("snap-1", volume);
        before = SnapshotLab.content(volume);
      }
      Volume.delete(lab.file("vol-1"));
      try (SecretBytes source = SnapshotLab.keyOf("vol-1", cipher);
          SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", copied))) {
        await(
            lab.store().reencrypt("snap-1", source, "snap-2", SnapshotLab.newKey(copied), target));
      }
      assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(before);
      assertThat(lab.contentOf("snap-2", "copy")).isEqualTo(before);
    }
  }

  private static byte[] keyBytes(String name) {
    try (SecretBytes key =
        Objects.requireNonNull(SnapshotLab.keyOf(name, CipherSpec.AES_256_XTS))) {
      return key.apply(byte[]::clone);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  private static boolean holds(Path file, byte[] wanted) throws IOException {
    String content = new String(Files.readAllBytes(file), ISO_8859_1);
    return content.contains(new String(wanted, ISO_8859_1));
  }
}
