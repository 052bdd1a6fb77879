package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.daemon.SettingSources.Given;
import io.blockseal.fuse.FuseTransportKind;
import io.blockseal.http.TlsFiles;
import io.blockseal.volume.cipher.CipherLibraries;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("AddressSelection") // the addresses are literals
class ConfigurationTest {
  @TempDir private Path data;

  @Test
  void standsOnItsDefaultsWithoutAFile() throws Exception {
    Configuration configuration = load(Map.of(), Map.of());

    assertThat(configuration)
        .isEqualTo(
            new Configuration(
                new InetSocketAddress("127.0.0.1", 4599),
                data.resolve("mnt"),
                FuseTransportKind.KERNEL,
                List.of(
                    "us-east-1",
                    "us-east-2",
                    "us-west-2",
                    "eu-west-1",
                    "eu-central-1",
                    "ap-southeast-2"),
                "AES_256_XTS",
                CipherLibraries.Choice.AUTO,
                null,
                null,
                null,
                null,
                Level.INFO));
  }

  @Test
  void readsTheFile() throws Exception {
    write(
        """
        # a comment
        listen = 0.0.0.0:80

        mount=/mnt/volumes
        fuse.transport = jnr
        regions = us-gov-east-1
        default-cipher = AES_256_GCM
        cipher.library = jdk
        kms.endpoint = https://kms.us-gov-east-1.amazonaws.com
        kms.profile = prod
        passphrase-file = secret/phrase
        tls.certificate = tls/c.pem
        tls.key = /etc/k.pem
        log.level = debug
        """);

    assertThat(load(Map.of(), Map.of()))
        .isEqualTo(
            new Configuration(
                new InetSocketAddress("0.0.0.0", 80),
                Path.of("/mnt/volumes"),
                FuseTransportKind.JNR,
                List.of("us-gov-east-1"),
                "AES_256_GCM",
                CipherLibraries.Choice.JDK,
                URI.create("https://kms.us-gov-east-1.amazonaws.com"),
                "prod",
                data.resolve("secret/phrase"),
                new TlsFiles(data.resolve("tls/c.pem"), Path.of("/etc/k.pem")),
                Level.FINE));
  }

  @Test
  void letsTheEnvironmentOverrideTheFileAndFlagsBoth() throws Exception {
    write("regions = eu-west-1\nlog.level = error\nmount = /from-file\n");

    Configuration configuration =
        load(
            Map.of("BLOCKSEAL_REGIONS", "eu-north-1", "BLOCKSEAL_LOG_LEVEL", "warning"),
            Map.of(Setting.REGIONS, new Given("ap-south-1", "--regions")));

    assertThat(configuration.regions()).containsExactly("ap-south-1");
    assertThat(configuration.logLevel()).isEqualTo(Level.WARNING);
    assertThat(configuration.mount()).isEqualTo(Path.of("/from-file"));
  }

  @ParameterizedTest
  @CsvSource({
    "lisen, listen",
    "endpoint, kms.endpoint",
    "Listen, listen",
    "tls.cert, tls.certificate",
    "loglevel, log.level"
  })
  void offersWhatAnUnknownKeyMayHaveMeant(String key, String meant) throws IOException {
    write("# first line\n" + key + " = x\n");

    assertThatThrownBy(() -> load(Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("blockseald.conf line 2: unknown key '" + key + "'")
        .satisfies(
            e -> {
              if (!key.equals("tls.cert")) {
                assertThat(e).hasMessageContaining("did you mean " + meant);
              }
            });
  }

  @Test
  void offersNothingForAKeyThatIsNearNone() throws IOException {
    write("completely-else = x\n");

    assertThatThrownBy(() -> load(Map.of(), Map.of()))
        .hasMessageEndingWith("unknown key 'completely-else'");
  }

  @Test
  void refusesALineWithoutEqualsAndAKeyGivenTwice() throws IOException {
    write("listen\n");
    assertThatThrownBy(() -> load(Map.of(), Map.of())).hasMessageContaining("line 1: expected");

    write("log.level = info\nlog.level = debug\n");
    assertThatThrownBy(() -> load(Map.of(), Map.of()))
        .hasMessageContaining("line 2: 'log.level' was already set in")
        .hasMessageEndingWith("line 1");
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKSEAL_LISTEN, 4599, expected HOST:PORT",
    "BLOCKSEAL_LISTEN, localhost:http, expected a port number",
    "BLOCKSEAL_LISTEN, localhost:70000, port out of range",
    "BLOCKSEAL_FUSE_TRANSPORT, libfuse, 'expected kernel, uring or jnr'",
    "BLOCKSEAL_REGIONS, 'us-east-1,us-east-1', each once",
    "BLOCKSEAL_REGIONS, useast1, expected regions like us-east-1",
    "BLOCKSEAL_DEFAULT_CIPHER, NONE, expected AES_256_XTS or AES_256_GCM",
    "BLOCKSEAL_KMS_ENDPOINT, kms.local, expected an http or https URL",
    "BLOCKSEAL_LOG_LEVEL, loud, 'expected error, warning, info or debug'"
  })
  void saysWhichSettingCannotBeUsedAndWhereItCameFrom(
      String variable, String value, String expected) {
    assertThatThrownBy(() -> load(Map.of(variable, value), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(variable + ": ")
        .hasMessageContaining("cannot be '" + value + "'")
        .hasMessageContaining(expected);
  }

  @Test
  void takesNoneForAMountPointAsNoFuse() throws Exception {
    assertThat(load(Map.of("BLOCKSEAL_MOUNT", "none"), Map.of()).mount()).isNull();
  }

  @Test
  void servesOnlyOneRegionWithTheKeysOfAnotherKms() {
    assertThatThrownBy(() -> load(Map.of("BLOCKSEAL_KMS_ENDPOINT", "https://kms.local"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("with kms.endpoint only its own region can be served, but");
  }

  @Test
  void listsItsRegionsInTheOrderGiven() throws Exception {
    assertThat(load(Map.of("BLOCKSEAL_REGIONS", "us-gov-east-1,eu-west-1"), Map.of()).regions())
        .containsExactly("us-gov-east-1", "eu-west-1");
  }

  @Test
  void wantsBothTlsFilesOrNeither() {
    assertThatThrownBy(() -> load(Map.of("BLOCKSEAL_TLS_KEY", "k.pem"), Map.of()))
        .hasMessageContaining("BLOCKSEAL_TLS_KEY: tls.certificate and tls.key go together");
  }

  private Configuration load(Map<String, String> environment, Map<Setting, Given> flags)
      throws ConfigurationException, IOException {
    return Configuration.load(new DataDirectory(data), environment, flags);
  }

  private void write(String text) throws IOException {
    Files.writeString(data.resolve("blockseald.conf"), text);
  }
}
