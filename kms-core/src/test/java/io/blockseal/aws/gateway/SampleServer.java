package io.blockseal.aws.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.blockseal.aws.sigv4.RequestVerifier;
import io.blockseal.aws.sigv4.TestKeys;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// A gateway to the sample services behind the JDK's HTTP server, on a free port of the loopback.
public final class SampleServer implements AutoCloseable {

  private final HttpServer server;
  private final List<WireRequest> requests = new CopyOnWriteArrayList<>();

  public SampleServer() throws IOException {
    Gateway gateway =
        new Gateway(
            SampleServices.endpoints(),
            (_, request) -> new WireResponse(200, Headers.none(), request.body()),
            new RequestVerifier(TestKeys.source(), "eu-west-1"::equals, InstantSource.system()),
            RequestIds.of(new Random()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> handle(gateway, exchange));
    server.start();
  }

  private void handle(Gateway gateway, HttpExchange exchange) throws IOException {
    Headers.Builder headers = Headers.builder();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    String query = exchange.getRequestURI().getRawQuery();
    WireRequest request =
        new WireRequest(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            query == null ? "" : query,
            headers.build(),
            exchange.getRequestBody().readAllBytes(),
            exchange.getRemoteAddress().getAddress().getHostAddress());
    requests.add(request);
    WireResponse response = gateway.handle(request);
    for (String name : response.headers().names()) {
      exchange.getResponseHeaders().put(name, response.headers().all(name));
    }
    exchange.sendResponseHeaders(
        response.status(), response.body().length == 0 ? -1 : response.body().length);
    exchange.getResponseBody().write(response.body());
    exchange.close();
  }

  public URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /// Every request that came, in order.
  public List<WireRequest> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
