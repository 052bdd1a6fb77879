package io.blockseal.aws.client;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where a client finds its services and how it speaks to them. Immutable.
///
/// @param endpoint scheme, host and port; a path is not allowed
/// @param region what requests are signed for
/// @param connectTimeout how long a connection may take to stand
/// @param callTimeout how long a whole call may take; when it is up, whether the call ran is
///   unknown
/// @param tls what to trust; null for the JDK's trust store
/// @param clock the real one: signatures are good for minutes
public record ClientSettings(
    URI endpoint,
    String region,
    CredentialsProvider credentials,
    String userAgent,
    Duration connectTimeout,
    Duration callTimeout,
    @Nullable SSLContext tls,
    InstantSource clock) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /// AWS's own clients wait a minute.
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

  public ClientSettings {
    boolean isHttp = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    boolean hasPath = endpoint.getRawPath() != null && endpoint.getRawPath().length() > 1;
    if (!isHttp || endpoint.getHost() == null || hasPath || endpoint.getRawQuery() != null) {
      throw new IllegalArgumentException("an endpoint is http(s)://host[:port], not " + endpoint);
    }
  }

  /// Settings with the usual timeouts and the JDK's trust store.
  public static ClientSettings of(
      URI endpoint, String region, CredentialsProvider credentials, String userAgent) {
    return new ClientSettings(
        endpoint,
        region,
        credentials,
        userAgent,
        CONNECT_TIMEOUT,
        CALL_TIMEOUT,
        null,
        InstantSource.system());
  }

  /// The same settings, trusting what this context trusts.
  public ClientSettings withTls(SSLContext otherTls) {
    return new ClientSettings(
        endpoint, region, credentials, userAgent, connectTimeout, callTimeout, otherTls, clock);
  }

  /// The `Host` header that the JDK's client sends: the port is left out where the scheme implies
  /// it.
  String host() {
    int impliedPort = endpoint.getScheme().equals("https") ? 443 : 80;
    return endpoint.getPort() < 0 || endpoint.getPort() == impliedPort
        ? endpoint.getHost()
        : endpoint.getHost() + ":" + endpoint.getPort();
  }
}
