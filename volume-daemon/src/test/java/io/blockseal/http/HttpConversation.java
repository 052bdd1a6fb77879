package io.blockseal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

/// Servers with small limits, and sockets to talk to them as no client library would. Closed after
/// each test.
abstract class HttpConversation {
  static final HttpLimits SMALL =
      new HttpLimits(
          2,
          1,
          200,
          400,
          100,
          0,
          300,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(300),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z"));

  private final List<AutoCloseable> opened = new java.util.ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  Socket client(Function<WireRequest, WireResponse> handler) throws IOException {
    return connect(server(handler));
  }

  HttpServer server(Function<WireRequest, WireResponse> handler) throws IOException {
    return server(handler, SMALL);
  }

  HttpServer server(Function<WireRequest, WireResponse> handler, HttpLimits limits)
      throws IOException {
    return start((request, _) -> handler.apply(request), limits);
  }

  HttpServer start(HttpHandler handler, HttpLimits limits) throws IOException {
    HttpServer server = HttpServer.start(loopback(), null, CLOCK, handler, limits);
    opened.add(server);
    return server;
  }

  Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    opened.add(socket);
    return socket;
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static WireResponse ok(String text) {
    return new WireResponse(200, Headers.none(), text.getBytes(ISO_8859_1));
  }

  static WireResponse echo(WireRequest request) {
    return new WireResponse(200, Headers.none(), request.body());
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  static String read(Socket socket) throws IOException {
    byte[] bytes = new byte[4096];
    int count = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, count), ISO_8859_1);
  }

  static String readAll(Socket socket) throws IOException {
    InputStream input = socket.getInputStream();
    return new String(input.readAllBytes(), ISO_8859_1);
  }

  static String readAllUnchecked(Socket socket) {
    try {
      return readAll(socket);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
