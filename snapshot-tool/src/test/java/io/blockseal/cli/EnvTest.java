package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvTest {
  private final RecordingContext context = new RecordingContext();
  @TempDir private Path data;

  @BeforeEach
  void writeWhatInitWrites() throws IOException {
    Files.writeString(data.resolve("credentials"), "[blockseal]\n");
    Files.writeString(
        data.resolve("config"),
        "[profile blockseal]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:46553\n");
    Files.writeString(data.resolve("blockseald.conf"), "listen = 127.0.0.1:46553\n");
  }

  @Test
  void pointsAShellAtTheDaemon() {
    assertThat(context.run("env", "--data", data.toString())).isZero();
    assertThat(context.out.toString())
        .contains("export AWS_ENDPOINT_URL='http://127.0.0.1:46553'\n")
        .contains("export AWS_REGION='eu-west-1'\n")
        .contains("export AWS_PROFILE='blockseal'\n");
  }

  @Test
  void speaksTlsWhereTheDaemonDoes() throws IOException {
    Files.writeString(
        data.resolve("blockseald.conf"), "tls.certificate = tls/cert.pem\ntls.key = key.pem\n");
    context.run("env", "--data", data.toString());
    assertThat(context.out.toString())
        .contains("export AWS_ENDPOINT_URL='https://127.0.0.1:46553'\n");
  }

  @Test
  void doesNotTakeACommentForASetting() throws IOException {
    Files.writeString(data.resolve("blockseald.conf"), "# tls.certificate = cert.pem\n");
    context.run("env", "--data", data.toString());
    assertThat(context.out.toString()).contains("'http://127.0.0.1:46553'");
  }
}
