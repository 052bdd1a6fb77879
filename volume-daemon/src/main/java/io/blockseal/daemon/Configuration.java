package io.blockseal.daemon;

import io.blockseal.daemon.SettingSources.Given;
import io.blockseal.fuse.FuseTransportKind;
import io.blockseal.http.TlsFiles;
import io.blockseal.volume.cipher.CipherLibraries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a daemon was told to be, checked. Immutable.
///
/// @param mount null for a daemon without FUSE
/// @param fuseTransport how requests on the mount reach us
/// @param regions every region that it answers for, the first one its home
/// @param defaultCipher of encrypted volumes that do not name one
/// @param cipherLibraries which code AES may run on
/// @param kmsEndpoint of a KMS elsewhere; null for the embedded one
/// @param kmsProfile whose credentials in the AWS credentials file that KMS is called with
/// @param passphraseFile holds the passphrase of the root of trust; null if a key file needs none
record Configuration(
    InetSocketAddress listen,
    @Nullable Path mount,
    FuseTransportKind fuseTransport,
    List<String> regions,
    String defaultCipher,
    CipherLibraries.Choice cipherLibraries,
    @Nullable URI kmsEndpoint,
    @Nullable String kmsProfile,
    @Nullable Path passphraseFile,
    @Nullable TlsFiles tls,
    Level logLevel) {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
  private static final String NO_MOUNT = "none";
  private static final List<String> CIPHERS = List.of("AES_256_XTS", "AES_256_GCM");

  /// Reads what holds for `directory`.
  ///
  /// @throws ConfigurationException naming the first setting that cannot be used, and its origin
  static Configuration load(
      DataDirectory directory, Map<String, String> environment, Map<Setting, Given> flags)
      throws ConfigurationException, IOException {
    SettingSources sources = SettingSources.read(directory.configuration(), environment, flags);
    Configuration configuration =
        new Configuration(
            value(sources, Setting.LISTEN, Configuration::address).orElseThrow(),
            mount(sources, directory),
            value(sources, Setting.FUSE_TRANSPORT, Configuration::transport).orElseThrow(),
            value(sources, Setting.REGIONS, Configuration::regions).orElseThrow(),
            value(sources, Setting.DEFAULT_CIPHER, Configuration::cipher).orElseThrow(),
            value(sources, Setting.CIPHER_LIBRARY, Configuration::libraries).orElseThrow(),
            value(sources, Setting.KMS_ENDPOINT, Configuration::endpoint).orElse(null),
            value(sources, Setting.KMS_PROFILE, text -> text).orElse(null),
            value(sources, Setting.PASSPHRASE_FILE, directory.path()::resolve).orElse(null),
            tls(sources, directory),
            value(sources, Setting.LOG_LEVEL, Configuration::level).orElseThrow());
    if (configuration.kmsEndpoint != null && configuration.regions.size() > 1) {
      throw new ConfigurationException(
          "with kms.endpoint only its own region can be served, but regions is "
              + String.join(", ", configuration.regions));
    }
    return configuration;
  }

  /// Reads a setting's text, or throws [IllegalArgumentException] with what was expected of it.
  private interface Reader<T> {
    T read(String text);
  }

  private static <T> Optional<T> value(SettingSources sources, Setting setting, Reader<T> reader)
      throws ConfigurationException {
    Optional<Given> given = sources.get(setting);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.read(given.get().value()));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          given.get().origin()
              + ": "
              + setting.key()
              + " cannot be '"
              + given.get().value()
              + "': "
              + e.getMessage());
    }
  }

  private static @Nullable Path mount(SettingSources sources, DataDirectory directory)
      throws ConfigurationException {
    String given = value(sources, Setting.MOUNT, text -> text).orElseThrow();
    return given.equals(NO_MOUNT) ? null : directory.path().resolve(given);
  }

  private static @Nullable TlsFiles tls(SettingSources sources, DataDirectory directory)
      throws ConfigurationException {
    Optional<Given> certificate = sources.get(Setting.TLS_CERTIFICATE);
    Optional<Given> key = sources.get(Setting.TLS_KEY);
    if (certificate.isPresent() != key.isPresent()) {
      Given alone = certificate.or(() -> key).orElseThrow();
      throw new ConfigurationException(
          alone.origin() + ": tls.certificate and tls.key go together, one of them is missing");
    }
    return certificate.isEmpty() || key.isEmpty()
        ? null
        : new TlsFiles(
            directory.path().resolve(certificate.get().value()),
            directory.path().resolve(key.get().value()));
  }

  /// `host:port`, `:port` or `[::1]:port`; a host is resolved.
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected HOST:PORT");
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = colon == 0 ? "0.0.0.0" : text.substring(0, colon);
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a port number after the colon", e);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("there is no such host", e);
    }
  }

  private static List<String> regions(String text) {
    List<String> regions =
        Stream.of(text.split(",")).map(String::strip).filter(region -> !region.isEmpty()).toList();
    for (String region : regions) {
      if (!REGION.matcher(region).matches()) {
        throw new IllegalArgumentException("expected regions like us-east-1, not '" + region + "'");
      }
    }
    if (regions.isEmpty() || regions.stream().distinct().count() < regions.size()) {
      throw new IllegalArgumentException("expected one or more regions, each once");
    }
    return regions;
  }

  private static FuseTransportKind transport(String text) {
    return switch (text) {
      case "kernel" -> FuseTransportKind.KERNEL;
      case "uring" -> FuseTransportKind.URING;
      case "jnr" -> FuseTransportKind.JNR;
      default -> throw new IllegalArgumentException("expected kernel, uring or jnr");
    };
  }

  private static String cipher(String text) {
    if (!CIPHERS.contains(text)) {
      throw new IllegalArgumentException("expected " + String.join(" or ", CIPHERS));
    }
    return text;
  }

  private static CipherLibraries.Choice libraries(String text) {
    return switch (text) {
      case "auto" -> CipherLibraries.Choice.AUTO;
      case "jdk" -> CipherLibraries.Choice.JDK;
      default -> throw new IllegalArgumentException("expected auto or jdk");
    };
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null) {
        throw new IllegalArgumentException("expected an http or https URL");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected an http or https URL", e);
    }
  }

  private static Level level(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "error" -> Level.SEVERE;
      case "warning" -> Level.WARNING;
      case "info" -> Level.INFO;
      case "debug" -> Level.FINE;
      default -> throw new IllegalArgumentException("expected error, warning, info or debug");
    };
  }
}
