package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootOfTrustTest {
  private static final Argon2Cost CHEAP = new Argon2Cost(32, 1, 1);

  @TempDir Path directory;

  private final SecureRandom random = new SecureRandom();

  @Test
  void makesAKeyFileThatOnlyItsOwnerCanRead() throws IOException {
    Path file = directory.resolve("sub/root.key");
    String fingerprint;
    try (RootOfTrust root = KeyFileRoot.create(file, random)) {
      fingerprint = root.fingerprint();
    }
    assertThat(Files.size(file)).isEqualTo(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (RootOfTrust root = KeyFileRoot.open(file)) {
      assertThat(root.fingerprint()).isEqualTo(fingerprint);
    }
    assertThatThrownBy(() -> KeyFileRoot.create(file, random))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void refusesAKeyFileThatOthersCanRead() throws IOException {
    Path file = directory.resolve("root.key");
    KeyFileRoot.create(file, random).close();
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx------"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> KeyFileRoot.open(file))
          .isInstanceOf(RootOfTrustException.class)
          .hasMessage(
              "key file %s is open to others (%s); only its owner may have access: chmod 600 %s"
                  .formatted(file, mode, file));
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    KeyFileRoot.open(file).close();
  }

  @Test
  void refusesAKeyFileThatIsMissingOrOfAnotherLength() throws IOException {
    Path file = directory.resolve("root.key");
    assertThatThrownBy(() -> KeyFileRoot.open(file))
        .hasMessage("key file %s does not exist".formatted(file));
    SecretFile.create(file, new byte[31]);
    assertThatThrownBy(() -> KeyFileRoot.open(file))
        .hasMessage("key file %s has 31 bytes, it must have 32".formatted(file));
    Files.delete(file);
    SecretFile.create(file, new byte[33]);
    assertThatThrownBy(() -> KeyFileRoot.open(file))
        .hasMessage("key file %s has 33 bytes, at most 32 are allowed".formatted(file));
  }

  @Test
  void opensWithTheRightPassphraseOnly() throws IOException {
    Path file = directory.resolve("root.argon2id");
    String fingerprint;
    try (SecretBytes passphrase = passphrase("correct horse battery");
        RootOfTrust root = PassphraseRoot.create(file, passphrase, CHEAP, random)) {
      fingerprint = root.fingerprint();
    }
    assertThat(Files.readString(file))
        .matches("blockseal-argon2id v=19 m=32 t=1 p=1 salt=[0-9a-f]{32} check=[0-9a-f]{64}\n");
    try (SecretBytes passphrase = passphrase("correct horse battery");
        RootOfTrust root = PassphraseRoot.open(file, passphrase)) {
      assertThat(root.fingerprint()).isEqualTo(fingerprint);
    }
    try (SecretBytes passphrase = passphrase("correct horse batterz")) {
      assertThatThrownBy(() -> PassphraseRoot.open(file, passphrase))
          .isInstanceOf(RootOfTrustException.class)
          .hasMessage("wrong passphrase: it does not fit the parameters in " + file);
    }
  }

  @Test
  void refusesDamagedPassphraseParameters() throws IOException {
    Path file = directory.resolve("root.argon2id");
    try (SecretBytes passphrase = passphrase("correct horse battery")) {
      PassphraseRoot.create(file, passphrase, CHEAP, random).close();
      String line = Files.readString(file);
      for (String damaged :
          new String[] {
            "", line.replace("v=19", "v=16"), line.replace("p=1", "p=0"), line.strip(), line + line
          }) {
        Files.writeString(file, damaged);
        assertThatThrownBy(() -> PassphraseRoot.open(file, passphrase))
            .isInstanceOf(RootOfTrustException.class)
            .hasMessageContaining("are damaged");
      }
    }
  }

  @Test
  void refusesAShortPassphrase() {
    try (SecretBytes passphrase = passphrase("hunter2")) {
      assertThatThrownBy(
              () -> PassphraseRoot.create(directory.resolve("p"), passphrase, CHEAP, random))
          .hasMessage("passphrase of 7 bytes, at least 12 are needed");
    }
  }

  private static SecretBytes passphrase(String text) {
    return SecretBytes.takeOver(text.getBytes(UTF_8));
  }
}
