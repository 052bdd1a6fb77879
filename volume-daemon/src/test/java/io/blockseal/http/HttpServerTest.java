package io.blockseal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HttpServerTest extends HttpConversation {
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
    Socket client = client(HttpConversation::echo);

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
    Socket client = client(HttpConversation::echo);

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
    Socket client = client(HttpConversation::echo);

    send(client, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\nContent-Length: 2\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 417 ").contains("ExpectationFailed");
  }

  @Test
  void refusesABodyThatAnnouncesItselfTooLarge() throws IOException {
    Socket client = client(HttpConversation::echo);

    send(
        client, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 413 ").contains("the 100 bytes allowed");
  }

  @Test
  void refusesABodyThatTurnsOutTooLarge() throws IOException {
    Socket client = client(HttpConversation::echo);

    send(
        client,
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"
            + "x".repeat(101)
            + "\r\n0\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void refusesBodiesThatTogetherAreTooMuch() throws IOException {
    HttpServer server = server(HttpConversation::echo);
    Socket first = connect(server);
    Socket second = connect(server);

    send(first, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + "x".repeat(99));
    sleep(100);
    send(second, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + "x".repeat(99));

    assertThat(readAll(second)).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void refusesWhatIsNotHttp() throws IOException {
    Socket client = client(HttpConversation::echo);

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
    HttpServer server = server(HttpConversation::echo);
    Socket line = connect(server);
    send(line, "GET /" + "x".repeat(300) + " HTTP/1.1\r\n\r\n");
    assertThat(readAll(line)).startsWith("HTTP/1.1 414 ");

    Socket header = connect(server);
    send(header, "GET / HTTP/1.1\r\nX: " + "x".repeat(500) + "\r\n\r\n");
    assertThat(readAll(header)).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void refusesTargetsThatAreNoPath() throws IOException {
    Socket client = client(HttpConversation::echo);

    send(client, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(readAll(client)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void givesUpOnABodyThatStalls() throws IOException {
    Socket client = client(HttpConversation::echo);

    send(client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");

    assertThat(readAll(client)).startsWith("HTTP/1.1 408 ");
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
    HttpServer server = server(HttpConversation::echo);

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
}
