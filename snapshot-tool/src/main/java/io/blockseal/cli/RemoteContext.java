package io.blockseal.cli;

import io.blockseal.aws.Caller;
import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.ec2.RemoteEc2;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.RemoteKms;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The context of a real run: services at an endpoint, this host, this terminal.
final class RemoteContext implements Context {
  /// What a client hands to an API, which takes the caller from the signature instead.
  private static final Caller ANYBODY = new Caller("", "", "", "", "", "", "", "", null);

  private final GlobalOptions options;
  private final Map<String, String> environment;
  private final Terminal terminal;
  private final String version;
  private @Nullable KmsApi kms;
  private @Nullable Ec2Api ec2;
  private @Nullable DaemonApi daemon;

  RemoteContext(
      GlobalOptions options, Map<String, String> environment, Terminal terminal, String version) {
    this.options = options;
    this.environment = environment;
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public KmsApi kms() {
    if (kms == null) {
      kms = new RemoteKms(settings("kms"));
    }
    return kms;
  }

  @Override
  public Ec2Api ec2() {
    if (ec2 == null) {
      ec2 = new RemoteEc2(settings("ec2"));
    }
    return ec2;
  }

  @Override
  public DaemonApi daemon() {
    if (daemon == null) {
      daemon = options.aws() ? new NoDaemon() : new RemoteDaemon(settings("blockseal"));
    }
    return daemon;
  }

  private ClientSettings settings(String service) {
    String endpoint =
        options.aws()
            ? "https://%s.%s.amazonaws.com".formatted(service, region())
            : options.endpoint();
    ClientSettings settings;
    try {
      settings =
          ClientSettings.of(URI.create(endpoint), region(), credentials(), "blockseal/" + version);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "'%s' is not the URL of a daemon, such as %s"
              .formatted(endpoint, GlobalOptions.LOCAL_ENDPOINT));
    }
    String bundle = environment.getOrDefault("AWS_CA_BUNDLE", "");
    return bundle.isEmpty() || !endpoint.startsWith("https:")
        ? settings
        : settings.withTls(CertificateBundle.trusted(Path.of(bundle)));
  }

  private CredentialsProvider credentials() {
    Path home = Path.of(System.getProperty("user.home"));
    return CredentialsProvider.standard(environment, home, options.profile());
  }

  @Override
  public @Nullable String presignedCopy(CopySnapshotRequest request) {
    return options.aws()
        ? PresignedCopy.url(request, credentials().credentials(), InstantSource.system())
        : null;
  }

  @Override
  public Caller caller() {
    return ANYBODY;
  }

  @Override
  public String region() {
    return options.region();
  }

  @Override
  public Output output() {
    return new Output(terminal.out(), options.output(), options.colour(terminal.outIsTerminal()));
  }

  @Override
  public Notes notes() {
    return new Notes(terminal.notes(), options.output());
  }

  @Override
  public ProgressBar progress(String label) {
    return new ProgressBar(
        terminal.notes(), terminal.notesAreTerminal(), label, InstantSource.system());
  }

  @Override
  public Host host() {
    return new LinuxHost();
  }

  /// AWS has no API of ours.
  private static final class NoDaemon implements DaemonApi {
    @Override
    public Optional<Map<String, @Nullable Object>> get(String path) {
      return Optional.empty();
    }

    @Override
    public Map<String, @Nullable Object> post(String path, Map<String, ?> body) {
      throw new CommandException("AWS has no such call; it is a daemon's");
    }
  }
}
