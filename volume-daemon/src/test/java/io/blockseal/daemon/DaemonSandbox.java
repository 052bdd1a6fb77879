package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.client.RemoteEndpoint;
import io.blockseal.aws.sigv4.Credentials;
import io.blockseal.daemon.SettingSources.Given;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;

/// A daemon in this process, on a free port and a directory of its own, and the SDK's clients for
/// it. It can be stopped and started again.
final class DaemonSandbox implements AutoCloseable {
  private final DataDirectory directory;
  private final Map<Setting, Given> settings = new EnumMap<>(Setting.class);
  private final Map<String, String> environment;
  private final Resources clients = new Resources();
  private @Nullable Daemon daemon;

  private DaemonSandbox(Path data, Map<Setting, String> settings, Map<String, String> environment) {
    this.directory = new DataDirectory(data);
    this.environment = environment;
    this.settings.put(Setting.LISTEN, new Given("127.0.0.1:0", "test"));
    settings.forEach((setting, value) -> this.settings.put(setting, new Given(value, "test")));
  }

  /// Makes a data directory and starts a daemon on it.
  ///
  /// @param mount a directory, or `none`
  static DaemonSandbox start(Path data, String mount) throws Exception {
    return start(data, Map.of(Setting.MOUNT, mount), Map.of());
  }

  static DaemonSandbox start(
      Path data, Map<Setting, String> settings, Map<String, String> environment) throws Exception {
    DaemonSandbox sandbox = new DaemonSandbox(data, settings, environment);
    CommandLine line = Blockseald.line(Map.of());
    line.setOut(new PrintWriter(Writer.nullWriter()));
    assertThat(line.execute("init", "--data", data.toString())).isZero();
    sandbox.start();
    return sandbox;
  }

  void start() throws Exception {
    daemon =
        Daemon.start(directory, Configuration.load(directory, Map.of(), settings), environment);
  }

  void stop() throws Exception {
    if (daemon != null) {
      daemon.close();
      daemon = null;
    }
  }

  DataDirectory directory() {
    return directory;
  }

  URI endpoint() {
    if (daemon == null) {
      throw new IllegalStateException("the daemon is stopped");
    }
    return URI.create("http://127.0.0.1:" + daemon.address().getPort());
  }

  KmsClient kms() {
    return kms(credentials());
  }

  KmsClient kms(AwsBasicCredentials credentials) {
    return clients.add(client(KmsClient.builder(), credentials));
  }

  Ec2Client ec2() {
    return ec2(credentials());
  }

  Ec2Client ec2(AwsBasicCredentials credentials) {
    return clients.add(client(Ec2Client.builder(), credentials));
  }

  /// Our own client, for what the SDK cannot send or does not show.
  RemoteEndpoint endpointOf(String service) {
    return endpointOf(service, ownCredentials());
  }

  RemoteEndpoint endpointOf(String service, Credentials credentials) {
    ClientSettings settings =
        ClientSettings.of(
            endpoint(), "us-east-1", CredentialsProvider.of(credentials), "blockseal-test");
    return clients.add(new RemoteEndpoint(settings, service));
  }

  /// The ones that `init` wrote.
  AwsBasicCredentials credentials() {
    Credentials found = ownCredentials();
    return AwsBasicCredentials.create(found.accessKeyId(), found.secretAccessKey());
  }

  private Credentials ownCredentials() {
    Map<String, String> environment =
        Map.of("AWS_SHARED_CREDENTIALS_FILE", directory.credentials().toString());
    return CredentialsProvider.standard(environment, directory.path(), "blockseal").credentials();
  }

  @Override
  public void close() throws Exception {
    clients.close();
    stop();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsBasicCredentials credentials) {
    return builder
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
