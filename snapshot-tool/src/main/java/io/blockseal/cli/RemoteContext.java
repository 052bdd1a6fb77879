package io.blockseal.cli;

import io.blockseal.aws.Caller;
import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.ec2.RemoteEc2;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.RemoteKms;
import java.io.PrintWriter;
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
    Path home = Path.of(System.getProperty("user.home"));
    return ClientSettings.of(
        endpoint(service),
        region(),
        CredentialsProvider.standard(environment, home, options.profile()),
        "blockseal/" + version);
  }

  private URI endpoint(String service) {
    if (options.aws()) {
      return URI.create("https://%s.%s.amazonaws.com".formatted(service, region()));
    }
    String given = options.endpoint();
    try {
      return URI.create(given == null ? GlobalOptions.LOCAL_ENDPOINT : given);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          "'%s' is not a URL such as http://127.0.0.1:4599".formatted(given), e);
    }
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
  public PrintWriter notes() {
    return terminal.notes();
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
