package io.blockseal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What clients that never sign anything can make the server hold is no harm to those that do.
final class StrangersTest {
  /// Clients that never sign anything each send a part of a body and wait, until there is room for
  /// none of 4 KiB.
  @Test
  void strangersWithHalfABodyDoNotKeepKnownClientsOut() throws Exception {
    HttpServer server =
        HttpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            null,
            InstantSource.system(),
            (request, recognised) -> {
              recognised.run();
              return new WireResponse(200, Headers.none(), new byte[0]);
            });
    List<Socket> strangers = new ArrayList<>();
    try (HttpClient known = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
      HttpRequest signed =
          HttpRequest.newBuilder(uri)
              .version(HttpClient.Version.HTTP_1_1)
              .POST(HttpRequest.BodyPublishers.ofString("Action=DescribeVolumes"))
              .build();
      assertThat(known.send(signed, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
      int refused = 0;
      for (int size = 1 << 20; size >= 4096; size /= 2) {
        // Each holds twice what it has sent; those that find no room are refused.
        for (int i = 0; i < (size == (1 << 20) ? 40 : 12); i++) {
          Socket stranger =
              new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
          strangers.add(stranger);
          stranger
              .getOutputStream()
              .write(
                  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
          try {
            stranger.getOutputStream().write(new byte[size + 1]);
          } catch (java.io.IOException e) {
            refused++; // refused already
          }
        }
        Thread.sleep(100);
      }
      Thread.sleep(6000); // longer than a connection without a good signature may be idle
      List<Integer> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(known.send(signed, HttpResponse.BodyHandlers.discarding()).statusCode());
      }
      assertThat(answers).as("%d strangers refused", refused).containsOnly(200);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
      server.close();
    }
  }
}
