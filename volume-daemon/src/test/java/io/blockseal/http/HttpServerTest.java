package io.blockseal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HttpServerTest {
  private static final HttpLimits SMALL =
      new HttpLimits(
          2,
          1,
          200,
          400,
          100,
          150,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(300),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z"));

  private final List<AutoCloseable> opened = new java.util.ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  @Test
  void handsOverTheRequestAsItWasSent() throws IOException {
    CompletableFuture<WireRequest> seen = new CompletableFuture<>();
    Socket client =
        client(
            request -> {
              seen.complete(request);
              return ok("");
            });

    send(
        client,
        "PUT /a%2Fb/c?x=%20y&&z HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "X-A: 1\r\n"
            + "x-a:  2 \r\n"
            + "Content-Length: 3\r\n\r\n"
            + "abc");
    read(client);

    WireRequest request = seen.join();
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.rawPath()).isEqualTo("/a%2Fb/c");
    assertThat(request.rawQuery()).isEqualTo("x=%20y&&z");
    assertThat(request.headers().names()).containsExactly("content-length", "host", "x-a");
    assertThat(request.headers().all("X-A")).containsExactly("1", "2");
    assertThat(request.body()).asString(ISO_8859_1).isEqualTo("abc");
    assertThat(request.sourceIp()).isEqualTo("127.0.0.1");
  }

  @Test
  void answersWithStatusHeadersDateAndLength() throws IOException {
    Socket client =
        client(
            request -> new WireResponse(418, Headers.of("x-b", "2"), "tea".getBytes(ISO_8859_1)));

    send(client, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    assertThat(readAll(client))
        .startsWith("HTTP/1.1 418 ")
        .contains("x-b: 2\r\n", "date: Tue, 03 Feb 2026 04:05:06 GMT\r\n", "connection: close\r\n")
        .endsWith("content-length: 3\r\nconnection: close\r\n\r\ntea");
  }

  @Test
  void joinsTheChunksOfABody() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(
        client,
        "POST / HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Connection: close\r\n\r\n"
            + "3\r\n"
            + "abc\r\n"
            + "2\r\n"
            + "de\r\n"
            + "0\r\n\r\n");

    assertThat(readAll(client)).endsWith("\r\n\r\nabcde");
  }

  @Test
  void keepsAConnectionForPipelinedRequestsAndAnswersInOrder() throws IOException {
    Socket client =
        client(
            request -> {
              if (request.rawPath().equals("/first")) {
                sleep(50);
              }
              return ok(request.rawPath());
            });

    send(
        client,
        "GET /first HTTP/1.1\r\n"
            + "Host: h\r\n\r\n"
            + "GET /second HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Connection: close\r\n\r\n");

    assertThat(readAll(client)).containsSubsequence("\r\n\r\n/first", "\r\n\r\n/second");
  }

  @Test
  void takesAnAbsoluteTarget() throws IOException {
    Socket client = client(request -> ok(request.rawPath()));

    send(client, "GET http://host/p HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n");

    assertThat(readAll(client)).endsWith("\r\n\r\n/p");
  }

  @Test
  void asksForTheBodyThatAClientHoldsBack() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(
        client,
        "PUT / HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Expect: 100-continue\r\n"
            + "Content-Length: 2\r\n"
            + "Connection: close\r\n\r\n");
    assertThat(read(client)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    send(client, "ok");

    assertThat(readAll(client)).endsWith("\r\n\r\nok");
  }

  @Test
  void refusesOtherExpectations() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(client, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\nContent-Length: 2\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 417 ").contains("ExpectationFailed");
  }

  @Test
  void refusesABodyThatAnnouncesItselfTooLarge() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(
        client, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 413 ").contains("the 100 bytes allowed");
  }

  @Test
  void refusesABodyThatTurnsOutTooLarge() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(
        client,
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"
            + "x".repeat(101)
            + "\r\n0\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void refusesBodiesThatTogetherAreTooMuch() throws IOException {
    HttpServer server = server(HttpServerTest::echo);
    Socket first = connect(server);
    Socket second = connect(server);

    send(first, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + "x".repeat(99));
    sleep(100);
    send(second, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + "x".repeat(99));

    assertThat(readAll(second)).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void refusesWhatIsNotHttp() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(client, "hello there\r\n\r\n");

    assertThat(readAll(client))
        .startsWith("HTTP/1.1 400 ")
        .contains("application/json")
        .endsWith(
            "{\"__type\":\"BadRequest\",\"message\":\"This is not a well-formed HTTP/1.1"
                + " request.\"}");
  }

  @Test
  void refusesALongRequestLineAndLongHeaders() throws IOException {
    HttpServer server = server(HttpServerTest::echo);
    Socket line = connect(server);
    send(line, "GET /" + "x".repeat(300) + " HTTP/1.1\r\n\r\n");
    assertThat(readAll(line)).startsWith("HTTP/1.1 414 ");

    Socket header = connect(server);
    send(header, "GET / HTTP/1.1\r\nX: " + "x".repeat(500) + "\r\n\r\n");
    assertThat(readAll(header)).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void refusesTargetsThatAreNoPath() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(client, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void givesUpOnABodyThatStalls() throws IOException {
    Socket client = client(HttpServerTest::echo);

    send(client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");

    assertThat(readAll(client)).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void closesAnIdleConnection() throws IOException {
    HttpServer server = knowing(idle(Duration.ofMillis(100), Duration.ofMillis(100)));
    Socket silent = connect(server);
    Socket known = connect(server);
    send(known, "GET /known HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(readAll(silent)).isEmpty();
    assertThat(readAll(known)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void closesAnIdleConnectionSoonerIfItIsNotKnownWhoItIs() throws IOException {
    HttpServer server = knowing(idle(Duration.ofSeconds(10), Duration.ofMillis(100)));
    Socket unknown = connect(server);
    Socket known = connect(server);
    send(known, "GET /known HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(read(known)).startsWith("HTTP/1.1 200 ");
    send(unknown, "GET /unknown HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(readAll(unknown)).startsWith("HTTP/1.1 200 ");
    sleep(200);
    send(known, "GET /known HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(read(known)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void makesRoomByClosingTheConnectionThatWasIdleForLongest() throws IOException {
    HttpServer server = knowing(SMALL);
    Socket oldest = connect(server);
    Socket older = connect(server);
    send(older, "GET /unknown HTTP/1.1\r\nHost: h\r\n\r\n");
    read(older);

    Socket young = connect(server);
    send(young, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(read(young)).startsWith("HTTP/1.1 200 ");
    assertThat(readAll(oldest)).isEmpty();
    send(older, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(read(older)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void makesRoomAmongTheUnknownFirst() throws IOException {
    HttpServer server = knowing(SMALL);
    Socket known = connect(server);
    send(known, "GET /known HTTP/1.1\r\nHost: h\r\n\r\n");
    read(known);
    for (int i = 0; i < 5; i++) {
      Socket flood = connect(server);
      send(flood, "POST /unknown HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n");
    }

    send(known, "GET /known HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(read(known)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void overwritesTheBodyThatItHasSent() throws IOException {
    byte[] key = "plaintext key".getBytes(ISO_8859_1);
    Socket client = client(_ -> new WireResponse(200, Headers.none(), key));

    send(client, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    assertThat(readAll(client)).endsWith("plaintext key");
    assertThat(key).containsOnly(0);
  }

  @Test
  void answersBusyWhenTheHandlersAreAllTaken() throws IOException, InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    HttpServer server =
        server(
            request -> {
              entered.countDown();
              await(go);
              return ok("done");
            });
    Socket first = connect(server);
    Socket second = connect(server);

    send(first, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    entered.await();
    send(second, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(readAll(second)).startsWith("HTTP/1.1 503 ").contains("SlowDown");
    go.countDown();
    assertThat(readAll(first)).endsWith("done");
  }

  @Test
  void leavesConnectionsOverTheLimitWaitingIfAllAreBusy() throws IOException, InterruptedException {
    CountDownLatch entered = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    HttpServer server =
        server(
            request -> {
              entered.countDown();
              await(go);
              return ok("done");
            },
            requests(3));
    Socket first = connect(server);
    Socket second = connect(server);
    send(first, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    send(second, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    entered.await();
    Socket third = connect(server);
    send(third, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    third.setSoTimeout(200);
    assertThatThrownBy(() -> third.getInputStream().read())
        .isInstanceOf(java.net.SocketTimeoutException.class);

    go.countDown();
    third.setSoTimeout(5000);

    assertThat(readAll(third)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void answersABareErrorWhenTheHandlerFails() throws IOException {
    Socket client =
        client(
            request -> {
              throw new IllegalStateException("secret detail");
            });

    send(client, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    assertThat(readAll(client))
        .startsWith("HTTP/1.1 500 ")
        .contains("InternalFailure")
        .doesNotContain("secret detail");
  }

  @Test
  void finishesWhatHasArrivedWhenItCloses() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    HttpServer server =
        server(
            request -> {
              entered.countDown();
              sleep(200);
              return ok("done");
            });
    Socket busy = connect(server);
    Socket idle = connect(server);
    send(busy, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    entered.await(5, TimeUnit.SECONDS);

    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> readAllUnchecked(busy), Thread::startVirtualThread);
    server.close();

    assertThat(answer.join()).contains("connection: close").endsWith("done");
    assertThat(readAll(idle)).isEmpty();
    assertThatThrownBy(() -> connect(server)).isInstanceOf(IOException.class);
  }

  @Test
  void namesTheAddressThatItCannotHave() throws IOException {
    HttpServer server = server(HttpServerTest::echo);

    assertThatThrownBy(
            () -> HttpServer.start(server.address(), null, CLOCK, (request, _) -> echo(request)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + server.address().getPort());
  }

  @Test
  void namesTheTlsFileThatItCannotRead() {
    TlsFiles files = new TlsFiles(Path.of("/nowhere/c.pem"), Path.of("/nowhere/k.pem"));

    assertThatThrownBy(
            () -> HttpServer.start(loopback(), files, CLOCK, (request, _) -> echo(request)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/nowhere/c.pem");
  }

  private static HttpLimits idle(Duration known, Duration unknown) {
    return new HttpLimits(
        2, 1, 200, 400, 100, 150, known, unknown, SMALL.receive(), SMALL.send(), SMALL.drain());
  }

  private static HttpLimits requests(int most) {
    return new HttpLimits(
        2,
        most,
        200,
        400,
        100,
        150,
        SMALL.idle(),
        SMALL.idleUnknown(),
        SMALL.receive(),
        SMALL.send(),
        SMALL.drain());
  }

  private Socket client(Function<WireRequest, WireResponse> handler) throws IOException {
    return connect(server(handler));
  }

  private HttpServer server(Function<WireRequest, WireResponse> handler) throws IOException {
    return server(handler, SMALL);
  }

  private HttpServer server(Function<WireRequest, WireResponse> handler, HttpLimits limits)
      throws IOException {
    return start((request, _) -> handler.apply(request), limits);
  }

  /// A server that takes whoever asks for `/known` for somebody it knows.
  private HttpServer knowing(HttpLimits limits) throws IOException {
    return start(
        (request, recognised) -> {
          if (request.rawPath().equals("/known")) {
            recognised.run();
          }
          return ok("");
        },
        limits);
  }

  private HttpServer start(HttpHandler handler, HttpLimits limits) throws IOException {
    HttpServer server = HttpServer.start(loopback(), null, CLOCK, handler, limits);
    opened.add(server);
    return server;
  }

  private Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    opened.add(socket);
    return socket;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static WireResponse ok(String text) {
    return new WireResponse(200, Headers.none(), text.getBytes(ISO_8859_1));
  }

  private static WireResponse echo(WireRequest request) {
    return new WireResponse(200, Headers.none(), request.body());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String read(Socket socket) throws IOException {
    byte[] bytes = new byte[4096];
    int count = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, count), ISO_8859_1);
  }

  private static String readAll(Socket socket) throws IOException {
    InputStream input = socket.getInputStream();
    return new String(input.readAllBytes(), ISO_8859_1);
  }

  private static String readAllUnchecked(Socket socket) {
    try {
      return readAll(socket);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
