package io.blockseal.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.kms.EmbeddedKms;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BlocksealdTest {
  @TempDir private Path temporary;

  @Test
  void makesADataDirectoryThatNobodyElseReads() throws Exception {
    Path data = temporary.resolve("data");

    String advice =
        run(0, "init", "--data", data.toString(), "--region", "eu-north-1", "--listen", "[::1]:80");

    assertThat(advice)
        .contains("Made " + data + " for account 123456789012, home Region eu-north-1.")
        .contains("Back up " + data.resolve("root.key"))
        .contains("blockseald run --data " + data);
    assertThat(data.resolve("blockseald.conf"))
        .content()
        .contains("listen = [::1]:80\n", "regions = eu-north-1, us-east-1, ");
    assertThat(data.resolve("config"))
        .content()
        .contains("[profile blockseal]\nregion = eu-north-1\nendpoint_url = http://[::1]:80\n");
    assertThat(data.resolve("credentials"))
        .content()
        .containsPattern("(?s)\\[blockseal]\naws_access_key_id = AKIA[A-Z2-7]{16}\naws_secret.*");
    for (String file : List.of("blockseald.conf", "config", "credentials", "root.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
          .isEqualTo("rw-------");
    }
    assertThat(data.resolve("blockseald.pid")).doesNotExist();
  }

  @Test
  void printsCommandsThatAShellUnderstandsWhateverThePath() {
    Path data = temporary.resolve("Bob's own $data");
    String word = "'" + temporary + "/Bob'\\''s own $data'";

    assertThat(run(1, "run", "--data", data.toString())).endsWith("--data " + word + "\n");
    assertThat(run(0, "init", "--data", data.toString()))
        .contains("blockseald run --data " + word + "\n")
        .contains("eval \"$(blockseal env --data " + word + ")\"\n");
  }

  @Test
  void pointsClientsAtTheLoopbackAddressOfADaemonThatListensEverywhere() throws Exception {
    for (String everywhere : List.of(":46553", "0.0.0.0:46553", "[::]:46553")) {
      Path data = temporary.resolve("data" + everywhere.length());
      run(0, "init", "--data", data.toString(), "--listen", everywhere);
      assertThat(data.resolve("config"))
          .content()
          .contains("endpoint_url = http://127.0.0.1:46553\n");
      assertThat(data.resolve("blockseald.conf")).content().contains("listen = " + everywhere);
    }
  }

  @Test
  void leavesAnExistingDataDirectoryAsItIs() throws Exception {
    Path data = temporary.resolve("data");
    run(0, "init", "--data", data.toString());
    byte[] root = Files.readAllBytes(data.resolve("root.key"));

    assertThat(run(1, "init", "--data", data.toString()))
        .isEqualTo("error: " + data + " already holds a Blockseal; it is left as it is\n");
    assertThat(data.resolve("root.key")).hasBinaryContent(root);
  }

  @Test
  void leavesNothingBehindWhenItCannotFinish() throws Exception {
    Path data = temporary.resolve("data");

    assertThat(run(1, "init", "--data", data.toString(), "--account", "12"))
        .startsWith("error: account id \"12\"");
    assertThat(data).isEmptyDirectory();
    assertThat(run(1, "init", "--data", data.toString(), "--region", "mars"))
        .startsWith("error: ")
        .contains("expected regions like us-east-1");
    assertThat(data).isEmptyDirectory();
    run(0, "init", "--data", data.toString());
  }

  @Test
  void unlocksWithThePassphraseAndNoOther() throws Exception {
    Path data = temporary.resolve("data");
    Path phrase = phrase("phrase", "correct horse battery\n");
    Path wrong = phrase("wrong", "wrong horse battery\n");

    assertThat(run(0, "init", "--data", data.toString(), "--passphrase-file", phrase.toString()))
        .contains("Keep the passphrase");
    assertThat(data.resolve("root.key")).doesNotExist();

    assertThat(run(0, "access-key", "list", "--data", data.toString()))
        .contains("123456789012  AKIA");
    assertThat(
            run(
                1,
                "access-key",
                "list",
                "--data",
                data.toString(),
                "--passphrase-file",
                wrong.toString()))
        .startsWith("error: ")
        .contains("passphrase");
    Files.writeString(data.resolve("blockseald.conf"), "");
    assertThat(run(1, "access-key", "list", "--data", data.toString()))
        .contains("--passphrase-file names the file with it");
  }

  @Test
  void makesListsAndDeletesAccessKeysOfSeveralAccounts() {
    String data = temporary.resolve("data").toString();
    run(0, "init", "--data", data);

    String made = run(0, "access-key", "create", "--data", data, "--account", "210987654321");
    String id = made.substring("aws_access_key_id = ".length(), made.indexOf('\n'));
    assertThat(run(0, "access-key", "list", "--data", data))
        .contains("123456789012  AKIA", "210987654321  " + id + "  active\n");

    run(0, "access-key", "delete", "--data", data, id);
    assertThat(run(0, "access-key", "list", "--data", data)).doesNotContain(id);
    assertThat(run(1, "access-key", "delete", "--data", data, id))
        .isEqualTo("error: there is no access key " + id + "\n");
  }

  @Test
  void rotatesDomainKeysAndOpensWhatTheOldOnesWrapped() throws Exception {
    Path data = temporary.resolve("data");
    run(0, "init", "--data", data.toString());
    DataDirectory directory = new DataDirectory(data);
    Caller caller = caller();
    String keyId;
    Blob old;
    try (Vault vault = Vault.open(directory, null, new SecureRandom())) {
      vault.domainKeys().ensure("us-east-1");
      EmbeddedKms kms = kms(vault);
      keyId =
          Objects.requireNonNull(
                  kms.createKey(caller, CreateKeyRequest.builder().build()).keyMetadata())
              .keyId();
      old = encrypt(kms, keyId);
    }

    assertThat(run(0, "rotate-domain-key", "--data", data.toString(), "us-east-1"))
        .isEqualTo("Rotated the domain key of us-east-1.\n");
    assertThat(run(0, "rotate-domain-key", "--data", data.toString()).lines())
        .contains("Rotated the domain key of us-east-1.", "Rotated the domain key of iam.");
    assertThat(run(1, "rotate-domain-key", "--data", data.toString(), "mars"))
        .startsWith("error: there is no domain key of mars; there are those of ");

    try (Vault vault = Vault.open(directory, null, new SecureRandom())) {
      assertThat(vault.store().scan("kms/domain-key/us-east-1/", null, 10)).hasSize(3);
      EmbeddedKms kms = kms(vault);
      assertThat(decrypt(kms, old)).isEqualTo("secret");
      kms.rotateKeyOnDemand(caller, new RotateKeyOnDemandRequest(keyId));
      assertThat(decrypt(kms, encrypt(kms, keyId))).isEqualTo("secret");
      assertThat(vault.accessKeys().list("123456789012")).hasSize(1);
    }
  }

  private static EmbeddedKms kms(Vault vault) {
    return new EmbeddedKms(
        vault.store(), vault.domainKeys(), new SecureRandom(), InstantSource.system(), _ -> {});
  }

  private static Caller caller() {
    return new Caller(
        "123456789012",
        "us-east-1",
        "arn:aws:iam::123456789012:root",
        "123456789012",
        "AKIA",
        "request",
        "::1",
        "test",
        null);
  }

  private static Blob encrypt(EmbeddedKms kms, String keyId) {
    EncryptRequest request =
        EncryptRequest.builder()
            .keyId(keyId)
            .plaintext(Blob.copyOf("secret".getBytes(UTF_8)))
            .build();
    return Objects.requireNonNull(kms.encrypt(caller(), request).ciphertextBlob());
  }

  private static String decrypt(EmbeddedKms kms, Blob blob) {
    DecryptRequest request = DecryptRequest.builder().ciphertextBlob(blob).build();
    Blob plaintext = Objects.requireNonNull(kms.decrypt(caller(), request).plaintext());
    return new String(plaintext.toByteArray(), UTF_8);
  }

  @Test
  void refusesAPassphraseFileThatIsOpenToOthersOrEndless() throws Exception {
    Path data = temporary.resolve("data");
    Path phrase = phrase("phrase", "correct horse battery\n");
    run(0, "init", "--data", data.toString(), "--passphrase-file", phrase.toString());

    Files.setPosixFilePermissions(phrase, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run(1, "access-key", "list", "--data", data.toString()))
        .isEqualTo(
            "error: passphrase file %s is open to others (rw-r--r--); only its owner may have access: chmod 600 %s\n"
                .formatted(phrase, phrase));
    Path other = temporary.resolve("other");
    assertThat(run(1, "init", "--data", other.toString(), "--passphrase-file", phrase.toString()))
        .contains("is open to others");

    Path endless = phrase("endless", "x".repeat(4097));
    assertThat(run(1, "init", "--data", other.toString(), "--passphrase-file", endless.toString()))
        .contains("has 4097 bytes, at most 4096 are allowed");
  }

  /// A file with a passphrase, as its owner should keep it.
  private Path phrase(String name, String text) throws Exception {
    Path file = Files.writeString(temporary.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void takesTheDataDirectoryFromTheEnvironment() {
    Path data = temporary.resolve("data");

    run(0, Map.of("BLOCKSEAL_DATA", data.toString()), "init");

    assertThat(data.resolve("root.key")).exists();
  }

  @Test
  void refusesEmptyArgumentsByName() {
    String data = temporary.resolve("data").toString();
    for (String option : List.of("--data", "--region", "--passphrase-file")) {
      assertThat(run(2, "init", option + "="))
          .contains("an empty ", "for " + option + ": it has at least one character");
    }
    assertThat(temporary).isEmptyDirectory();
    assertThat(run(2, "run", "--data", data, "--mount", ""))
        .contains("an empty DIR|none for --mount");
    assertThat(run(2, "inspect", "")).contains("an empty FILE: ");
    assertThat(run(2, "access-key", "delete", "--data", data, "")).contains("an empty KEY: ");
  }

  @Test
  void takesAnEmptyVariableForOneThatIsNotSet() {
    assertThat(new DataOption().directory(Map.of("BLOCKSEAL_DATA", "")).path())
        .isEqualTo(Path.of("/var/lib/blockseal"));
  }

  @Test
  void saysWhatToDoWhereThereIsNoDataDirectory() {
    String data = temporary.resolve("data").toString();
    String expected =
        "error: %s holds no Blockseal; make one with: blockseald init --data %s\n"
            .formatted(data, data);

    assertThat(run(1, "run", "--data", data)).isEqualTo(expected);
    assertThat(run(1, "access-key", "list", "--data", data)).isEqualTo(expected);
  }

  @Test
  void refusesToRunWithASettingThatNobodyKnows() throws Exception {
    Path data = temporary.resolve("data");
    run(0, "init", "--data", data.toString());
    Files.writeString(data.resolve("blockseald.conf"), "mout = /mnt\n");

    assertThat(run(1, "run", "--data", data.toString()))
        .isEqualTo(
            "error: %s line 1: unknown key 'mout'; did you mean mount?\n"
                .formatted(data.resolve("blockseald.conf")));
  }

  @Test
  void explainsEveryCommand() {
    for (String command :
        List.of("", "init", "run", "inspect", "access-key", "rotate-domain-key")) {
      String[] arguments =
          Stream.of(command, "--help").filter(word -> !word.isEmpty()).toArray(String[]::new);
      assertThat(run(0, arguments)).contains("Usage: blockseald", "Examples:");
    }
    assertThat(run(0, "--version")).startsWith("blockseald ");
    assertThat(run(2, "walk")).contains("Unmatched argument");
    assertThat(run(0, "generate-completion")).contains("complete -F _complete_blockseald");
  }

  private static String run(int expectedExitCode, String... arguments) {
    return run(expectedExitCode, Map.of(), arguments);
  }

  /// What it printed, to whichever stream.
  private static String run(
      int expectedExitCode, Map<String, String> environment, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = Blockseald.line(environment);
    PrintWriter writer = new PrintWriter(text, true);
    line.setOut(writer).setErr(writer);
    int exitCode = line.execute(arguments);
    assertThat(exitCode).as(text.toString()).isEqualTo(expectedExitCode);
    return text.toString();
  }
}
