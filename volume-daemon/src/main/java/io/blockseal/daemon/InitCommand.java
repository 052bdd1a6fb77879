package io.blockseal.daemon;

import io.blockseal.aws.sigv4.AccessKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Makes a data directory: root of trust, account, first access key, and the files that point AWS
/// clients at the daemon.
@Command(
    name = "init",
    description = "Make a data directory with keys of its own. An existing one is left as it is.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald init --data /var/lib/blockseal",
      "  blockseald init --data DIR --region eu-west-1 --passphrase-file /run/secrets/blockseal"
    })
final class InitCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--account",
      paramLabel = "ID",
      defaultValue = "123456789012",
      description = "The account of the first access key; ${DEFAULT-VALUE} if not given.")
  private String account = "";

  @Option(
      names = "--region",
      paramLabel = "REGION",
      defaultValue = "us-east-1",
      description = "The home Region; ${DEFAULT-VALUE} if not given.")
  private String region = "";

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:4599",
      description = "Where the daemon will listen; ${DEFAULT-VALUE} if not given.")
  private String listen = "";

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Protect everything with the passphrase in FILE instead of a key file.")
  private @Nullable Path passphraseFile;

  @Spec private @Nullable CommandSpec spec;

  InitCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    DataDirectory directory = data.directory(environment);
    directory.create();
    try {
      fill(directory);
    } catch (Exception e) { // whatever it was: half a data directory is of no use
      clear(directory.path(), e);
      throw e;
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(advice(directory));
    out.flush();
    return 0;
  }

  private void fill(DataDirectory directory) throws Exception {
    write(directory.configuration(), settings());
    Configuration configuration = Configuration.load(directory, Map.of(), Map.of());
    AccessKey key;
    try (InstanceLock lock = InstanceLock.take(directory);
        Vault vault = Vault.create(directory, passphraseFile, new SecureRandom())) {
      configuration.regions().forEach(vault.domainKeys()::ensure);
      vault.accounts().create(account);
      key = vault.accessKeys().create(account);
    }
    write(
        directory.credentials(),
        """
        [blockseal]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        """
            .formatted(key.accessKeyId(), key.secretAccessKey()));
    write(
        directory.awsConfig(),
        """
        [profile blockseal]
        region = %s
        endpoint_url = http://%s
        output = json
        """
            .formatted(region, reachable(configuration.listen())));
  }

  /// Where a client on this host reaches a daemon that listens there: `listen` itself, or the
  /// loopback address if it means every address.
  private String reachable(InetSocketAddress address) {
    return address.getAddress().isAnyLocalAddress() ? "127.0.0.1:" + address.getPort() : listen;
  }

  private String settings() {
    List<String> others =
        Setting.REGIONS.standard().map(text -> List.of(text.split(", "))).orElse(List.of());
    List<String> regions = Stream.concat(Stream.of(region), others.stream()).distinct().toList();
    StringBuilder text = new StringBuilder("# See docs/configuration.md.\n");
    text.append("listen = ").append(listen).append('\n');
    text.append("regions = ").append(String.join(", ", regions)).append('\n');
    if (passphraseFile != null) {
      text.append("passphrase-file = ").append(passphraseFile.toAbsolutePath()).append('\n');
    }
    return text.toString();
  }

  private String advice(DataDirectory directory) {
    String root =
        passphraseFile == null
            ? "Back up %s apart from the rest: without it, nothing here can be decrypted."
                .formatted(directory.rootKey())
            : "Keep the passphrase: without it, nothing here can be decrypted.";
    String data = ShellWord.of(directory.path());
    return """
    Made %s for account %s, home Region %s.
    %s

    Start the daemon:       blockseald run --data %s
    Point a shell at it:    eval "$(blockseal env --data %s)"
    Then, for instance:     aws kms create-key
    """
        .formatted(directory.path(), account, region, root, data, data);
  }

  private static void write(Path file, String text) throws IOException {
    DataDirectory.writePrivate(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Removes what is in `directory`, which was empty.
  private static void clear(Path directory, Exception because) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
