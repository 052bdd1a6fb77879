package io.blockseal.ebs;

import static io.blockseal.ebs.LocalEbsRig.sealed;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are authentic and under the right key, but in the place of another volume's.
class ForeignFilesTest {
  @TempDir private Path root;

  private final FakeKms kms = new FakeKms();
  private LocalEbsRig rig;
  private String key = "";

  @BeforeEach
  void start() throws Exception {
    rig = new LocalEbsRig(root, new InMemoryMetadataStore(), kms.api(), new MovableClock());
    key = kms.createKey(EbsRig.ACCOUNT, EbsRig.REGION);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "AES_256_XTS, AES_256_XTS",
    "AES_256_XTS, AES_256_GCM",
    "AES_256_GCM, AES_256_XTS",
    "AES_256_GCM, AES_256_GCM",
  })
  void ofOneVolumeAreNotAttachedAsAnother(String oneCipher, String otherCipher) throws IOException {
    String one = written(oneCipher, "one", 1);
    String other = written(otherCipher, "other", 3);
    exchange(one, other);

    for (String id : new String[] {one, other}) {
      AwsException refusal = refused(() -> rig.attach(id));
      assertThat(refusal.code()).isEqualTo("IncorrectState");
      assertThat(refusal)
          .hasMessage(
              "Volume %s cannot be attached: its files are those of another volume.".formatted(id));
      FailedAttempt failure = Objects.requireNonNull(rig.explained(id).lastFailure());
      assertThat(failure.reason())
          .contains("the files of %s are those of %s".formatted(id, id.equals(one) ? other : one));
      assertThat(rig.exports.published(id)).isFalse();
    }

    exchange(one, other);
    rig.attach(one);
    rig.attach(other);
    assertThat(rig.read(one, 0, 3)).isEqualTo("one");
    assertThat(rig.read(other, 0, 5)).isEqualTo("other");
  }

  @Test
  void ofAnUnencryptedVolumeAreNoOtherOnes() throws IOException {
    String one = rig.volume(asks -> asks.size(1));
    String other = rig.volume(asks -> asks.size(1));
    exchange(one, other);

    assertThat(refused(() -> rig.attach(one)).code()).isEqualTo("IncorrectState");
  }

  private String written(String cipher, String text, int sessions) {
    String id = rig.volume(sealed(key, cipher));
    for (int session = 0; session < sessions; session++) {
      rig.attach(id);
      rig.write(id, 0, text);
      rig.detach(id);
    }
    return id;
  }

  private void exchange(String one, String other) throws IOException {
    Path file = new VolumeDirectory(root.resolve("volumes")).file(EbsRig.name(one));
    Path directory = Objects.requireNonNull(file.getParent());
    for (Path each : files(directory, one)) {
      Files.move(each, directory.resolve(each.getFileName() + ".kept"));
    }
    for (Path each : files(directory, other)) {
      Files.move(each, directory.resolve(each.getFileName().toString().replace(other, one)));
    }
    for (Path each : files(directory, one)) {
      String name = each.getFileName().toString();
      if (name.endsWith(".kept")) {
        Files.move(
            each, directory.resolve(name.substring(0, name.length() - 5).replace(one, other)));
      }
    }
  }

  private static Path[] files(Path directory, String id) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(id))
          .toArray(Path[]::new);
    }
  }
}
