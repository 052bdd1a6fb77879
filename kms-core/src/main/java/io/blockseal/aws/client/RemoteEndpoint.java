package io.blockseal.aws.client;

import io.blockseal.aws.sigv4.RequestSigner;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// One service behind an endpoint: signs requests for it and carries them there. Thread-safe.
///
/// A connection that does not come to stand is tried again; a request that was sent is not, for it
/// may have run.
public final class RemoteEndpoint implements AutoCloseable {

  /// A daemon that is just starting is there a moment later.
  private static final int MAX_CONNECTS = 3;

  /// A page of a thousand volumes with all their tags takes a tenth of this.
  private static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

  private final ClientSettings settings;
  private final RequestSigner signer;
  private final HttpClient http;

  /// `service` is the name that requests are signed for.
  public RemoteEndpoint(ClientSettings settings, String service) {
    this.settings = settings;
    this.signer = new RequestSigner(settings.region(), service, settings.clock());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout());
    if (settings.tls() != null) {
      builder.sslContext(settings.tls());
    }
    this.http = builder.build();
  }

  /// Signs and sends the request and waits for its answer, of whatever status. Throws an
  /// [UnreachableException] if none comes.
  public WireResponse exchange(WireRequest request) {
    Headers.Builder headers = request.headers().toBuilder().set("host", settings.host());
    headers.set("user-agent", settings.userAgent());
    WireRequest unsigned = request.withHeaders(headers.build());
    for (int attempt = 1; ; attempt++) {
      try {
        return send(signer.sign(unsigned, settings.credentials().credentials()));
      } catch (ConnectException | HttpConnectTimeoutException e) {
        if (attempt == MAX_CONNECTS) {
          throw new UnreachableException(settings.endpoint(), "cannot connect to", false, e);
        }
        Backoff.pause(attempt, settings.endpoint());
      } catch (IOException e) {
        throw new UnreachableException(settings.endpoint(), "no answer from", true, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnreachableException(
            settings.endpoint(), "interrupted while waiting for", true, e);
      }
    }
  }

  private WireResponse send(WireRequest signed) throws IOException, InterruptedException {
    String query = signed.rawQuery().isEmpty() ? "" : "?" + signed.rawQuery();
    URI base = settings.endpoint();
    URI uri =
        URI.create(base.getScheme() + "://" + base.getRawAuthority() + signed.rawPath() + query);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(settings.callTimeout())
            .method(signed.method(), HttpRequest.BodyPublishers.ofByteArray(signed.body()));
    for (String name : signed.headers().names()) {
      if (!name.equals("host")) {
        signed.headers().all(name).forEach(value -> request.header(name, value));
      }
    }
    HttpResponse<byte[]> response =
        http.send(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    Headers.Builder headers = Headers.builder();
    response
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    return new WireResponse(response.statusCode(), headers.build(), response.body());
  }

  URI uri() {
    return settings.endpoint();
  }

  /// Waits for calls under way, then lets go of the connections.
  @Override
  public void close() {
    http.close();
  }
}
