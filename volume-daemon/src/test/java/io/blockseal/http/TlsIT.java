package io.blockseal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// TLS with a certificate that the JDK's keytool makes.
@Timeout(60)
class TlsIT {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path directory;

  @Test
  void servesTheCertificateAndKeyOfPemFiles() throws Exception {
    KeyStore store = newKeyStore();
    TlsFiles files = pemFiles(store);

    try (HttpServer server =
            HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                files,
                InstantSource.system(),
                (request, _) -> new WireResponse(200, Headers.none(), request.body()));
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      URI uri = URI.create("https://localhost:" + server.address().getPort() + "/");
      String large = "x".repeat(300_000);
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .expectContinue(true)
              .POST(HttpRequest.BodyPublishers.ofString(large))
              .build();

      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(large);
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      }
    }
  }

  private KeyStore newKeyStore() throws Exception {
    Path file = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(keytool.getInputStream().readAllBytes(), UTF_8)).doesNotContain("error");
    assertThat(keytool.waitFor()).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private TlsFiles pemFiles(KeyStore store) throws Exception {
    Path certificate = directory.resolve("certificate.pem");
    Path key = directory.resolve("key.pem");
    Files.writeString(certificate, pem("CERTIFICATE", store.getCertificate("a").getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", store.getKey("a", PASSWORD).getEncoded()));
    return new TlsFiles(certificate, key);
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(der), what);
  }

  private static SSLContext trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", store.getCertificate("a"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
