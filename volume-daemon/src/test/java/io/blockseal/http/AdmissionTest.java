package io.blockseal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AdmissionTest extends HttpConversation {
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

  private static HttpLimits idle(Duration known, Duration unknown) {
    return new HttpLimits(
        2, 1, 200, 400, 100, 0, 300, known, unknown, SMALL.receive(), SMALL.send(), SMALL.drain());
  }

  private static HttpLimits requests(int most) {
    return new HttpLimits(
        2,
        most,
        200,
        400,
        100,
        0,
        300,
        SMALL.idle(),
        SMALL.idleUnknown(),
        SMALL.receive(),
        SMALL.send(),
        SMALL.drain());
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
}
