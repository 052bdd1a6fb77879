package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.blockseal.aws.AwsException;
import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.CredentialsProvider;
import io.blockseal.aws.sigv4.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RemoteDaemonTest {
  private HttpServer server = start();
  private String asked = "";
  private int status = 404;
  private String body = "";

  private static HttpServer start() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void answer() {
    server.createContext(
        "/",
        exchange -> {
          asked = exchange.getRequestURI().getRawPath();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void anIdThatTheDaemonDoesNotKnowIsItsRefusal() {
    body = "{\"__type\":\"InvalidVolume.NotFound\",\"message\":\"no such volume\"}";
    assertThatThrownBy(() -> daemon().get("volumes/vol-1"))
        .isInstanceOf(AwsException.class)
        .hasMessage("no such volume");
    assertThat(asked).isEqualTo("/_blockseal/volumes/vol-1");
  }

  @Test
  void anEndpointWithoutThisApiIsNoDaemon() {
    body = "<html>Not Found</html>";
    assertThat(daemon().get("volumes/vol-1")).isEmpty();
    body = "{\"__type\":\"UnknownOperationException\"}";
    assertThat(daemon().get("volumes/vol-1")).isEmpty();
    body = "";
    assertThat(daemon().get("volumes/vol-1")).isEmpty();
  }

  private RemoteDaemon daemon() {
    return new RemoteDaemon(
        ClientSettings.of(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            "us-east-1",
            CredentialsProvider.of(new Credentials("AKIDEXAMPLE", "secret", null)),
            "test"));
  }
}
