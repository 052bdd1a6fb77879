package io.blockseal.daemon;

import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.gateway.Gateway;
import io.blockseal.aws.gateway.RequestIds;
import io.blockseal.aws.gateway.ServiceEndpoint;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.kms.RemoteKms;
import io.blockseal.aws.sigv4.RequestVerifier;
import io.blockseal.aws.sts.StsModel;
import io.blockseal.daemon.api.HealthFacts;
import io.blockseal.daemon.api.OwnApi;
import io.blockseal.ebs.BlockPlane;
import io.blockseal.ebs.Cipher;
import io.blockseal.ebs.EbsConfiguration;
import io.blockseal.ebs.EbsService;
import io.blockseal.ebs.LocalBlockPlane;
import io.blockseal.fuse.FuseExports;
import io.blockseal.fuse.FuseSettings;
import io.blockseal.fuse.StaleMounts;
import io.blockseal.http.HttpServer;
import io.blockseal.kms.EmbeddedKms;
import io.blockseal.kms.KeyEvent;
import io.blockseal.meta.MovableClock;
import io.blockseal.snapshot.ChunkStore;
import io.blockseal.snapshot.DirectoryChunkStore;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.volume.cipher.CipherLibraries;
import io.blockseal.volume.engine.VolumeExports;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A running daemon: the one place that builds everything, in the order of [#start], and closes it
/// in the reverse order.
final class Daemon implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Daemon.class.getName());

  /// How often keys are looked through for a rotation or deletion that is due. A call on such a key
  /// never waits for this: it looks by itself.
  private static final Duration DUE_WORK_PERIOD = Duration.ofMinutes(1);

  /// How often records that are kept for a while only are looked through.
  private static final Duration FORGETTING_PERIOD = Duration.ofHours(1);

  private final Resources resources;
  private final Configuration configuration;
  private final HttpServer server;

  private Daemon(Resources resources, Configuration configuration, HttpServer server) {
    this.resources = resources;
    this.configuration = configuration;
    this.server = server;
  }

  /// Builds and starts a daemon; returns when volumes that were attached are attached again and
  /// calls are answered.
  ///
  /// @param environment where credentials for a KMS elsewhere may be
  static Daemon start(
      DataDirectory directory, Configuration configuration, Map<String, String> environment)
      throws Exception {
    Resources resources = new Resources();
    try {
      HttpServer server = build(directory, configuration, environment, resources);
      return new Daemon(resources, configuration, server);
    } catch (Exception e) { // whatever it was, nothing may stay open
      resources.closeAfter(e);
      throw e;
    }
  }

  private static HttpServer build(
      DataDirectory directory,
      Configuration configuration,
      Map<String, String> environment,
      Resources resources)
      throws Exception {
    InstantSource wallClock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    resources.add(InstanceLock.take(directory));
    if (configuration.mount() != null) {
      StaleMounts.clear(configuration.mount()); // also if nothing of the rest can be opened
    }
    Vault vault = resources.add(Vault.open(directory, configuration.passphraseFile(), random));
    configuration.regions().forEach(vault.domainKeys()::ensure);
    MovableClock clock = new MovableClock(vault.store(), wallClock);

    Keys keys = keys(configuration, environment, vault, clock, random, resources);
    CipherLibraries.choose(configuration.cipherLibraries());
    Thread.ofPlatform().daemon().name("cipher libraries").start(CipherLibraries::description);
    VolumeExports exports = exports(directory, configuration, clock, resources);
    BlockPlane blocks = blocks(directory, vault, exports, random, clock, resources);
    EbsService ebs =
        resources.add(
            new EbsService(
                ebsConfiguration(configuration, vault, random, clock),
                vault.store(),
                keys.api(),
                blocks,
                clock,
                random));
    ebs.recover();
    resources.add(Ticker.start("due key work", DUE_WORK_PERIOD, keys.dueWork()));
    resources.add(Ticker.start("forgetting of old records", FORGETTING_PERIOD, ebs::forgetOld));

    List<ServiceEndpoint<?>> endpoints = new ArrayList<>();
    if (configuration.kmsEndpoint() == null) {
      endpoints.add(new ServiceEndpoint<>(KmsModel.SERVICE, keys.api()));
    }
    endpoints.add(new ServiceEndpoint<>(Ec2Model.SERVICE, ebs));
    endpoints.add(new ServiceEndpoint<>(StsModel.SERVICE, new CallerIdentity()));
    HealthFacts health = health(configuration, wallClock, new Troubles(exports, directory.path()));
    Gateway gateway =
        new Gateway(
            endpoints,
            OwnApi.of(clock, keys.dueWork(), ebs, vault.accessKeys(), health),
            new RequestVerifier(vault.accessKeys(), configuration.regions()::contains, wallClock),
            RequestIds.of(new SecureRandom()));
    return resources.add(
        HttpServer.start(
            configuration.listen(),
            configuration.tls(),
            wallClock,
            (request, recognised) ->
                OwnApi.probe(request).orElseGet(() -> gateway.handle(request, recognised))));
  }

  /// The KMS that data keys come from, and what it must be told to do every so often.
  private record Keys(KmsApi api, Runnable dueWork) {}

  private static Keys keys(
      Configuration configuration,
      Map<String, String> environment,
      Vault vault,
      InstantSource clock,
      SecureRandom random,
      Resources resources) {
    if (configuration.kmsEndpoint() != null) {
      ClientSettings settings =
          ClientSettings.of(
              configuration.kmsEndpoint(),
              configuration.regions().getFirst(),
              CredentialsProvider.standard(
                  environment,
                  Path.of(System.getProperty("user.home")),
                  configuration.kmsProfile()),
              "blockseald/" + Blockseald.version());
      return new Keys(resources.add(new RemoteKms(settings)), () -> {});
    }
    EmbeddedKms kms =
        new EmbeddedKms(vault.store(), vault.domainKeys(), random, clock, Daemon::log);
    return new Keys(kms, kms::runDueWork);
  }

  private static void log(KeyEvent event) {
    String what =
        switch (event) {
          case KeyEvent.Rotated _ -> "rotated";
          case KeyEvent.Deleted _ -> "was deleted";
        };
    LOG.log(Level.INFO, "{0} {1}, as was due at {2}", event.keyArn(), what, event.due());
  }

  private static VolumeExports exports(
      DataDirectory directory,
      Configuration configuration,
      InstantSource clock,
      Resources resources)
      throws IOException {
    if (configuration.mount() == null) {
      return new NoExports();
    }
    FileStore disk = Files.getFileStore(directory.path());
    FuseSettings settings =
        new FuseSettings(
            configuration.fuseTransport(),
            configuration.mount(),
            FuseSettings.DEFAULT_THREADS,
            () -> freeBytes(disk),
            clock);
    return resources.add(FuseExports.mount(settings));
  }

  private static long freeBytes(FileStore disk) {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      return 0; // `df` shows a full disk, which is near enough to a broken one
    }
  }

  private static BlockPlane blocks(
      DataDirectory directory,
      Vault vault,
      VolumeExports exports,
      SecureRandom random,
      InstantSource clock,
      Resources resources)
      throws IOException {
    ChunkStore chunks = resources.add(DirectoryChunkStore.open(directory.chunks()));
    SnapshotStore snapshots =
        resources.add(
            SnapshotStore.open(directory.snapshots(), chunks, vault.store(), random, clock));
    return resources.add(
        new LocalBlockPlane(directory.volumes(), snapshots, exports, random, vault.store()));
  }

  private static EbsConfiguration ebsConfiguration(
      Configuration configuration, Vault vault, SecureRandom random, InstantSource clock) {
    EbsConfiguration defaults =
        EbsConfiguration.defaults(HostIdentity.of(vault.store(), random, clock));
    return new EbsConfiguration(
        configuration.regions(),
        defaults.instance(),
        Cipher.valueOf(configuration.defaultCipher()),
        defaults.failedCreation(),
        defaults.vanishAfter(),
        defaults.snapshotSpacing(),
        configuration.kmsEndpoint() == null);
  }

  private static HealthFacts health(
      Configuration configuration, InstantSource wallClock, Troubles troubles) {
    return new HealthFacts(
        Blockseald.version(),
        wallClock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        configuration.regions(),
        configuration.mount() == null ? null : configuration.mount().toString(),
        configuration.kmsEndpoint() == null ? "embedded" : configuration.kmsEndpoint().toString(),
        CipherLibraries::description,
        troubles);
  }

  /// Where it listens, with the port that it really has.
  InetSocketAddress address() {
    return server.address();
  }

  /// One line that says where everything is.
  String greeting() {
    String scheme = configuration.tls() == null ? "http" : "https";
    return "blockseald is ready at %s://%s; %s"
        .formatted(
            scheme,
            text(server.address()),
            configuration.mount() == null
                ? "volumes do not appear, for mount = none"
                : "volumes appear in " + configuration.mount());
  }

  /// Stops answering calls, lets those under way finish, closes volumes with their journals written
  /// home, unmounts, and closes the metadata. Closing twice does nothing.
  @Override
  public void close() throws Exception {
    resources.close();
  }

  private static String text(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
