package io.blockseal.aws.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.aws.sigv4.TestKeys;
import io.blockseal.aws.wire.WireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real AWS CLI against a gateway: an independent client for signatures, forms, JSON, XML and
/// errors.
class AwsCliIT {

  @TempDir private Path home;

  private SampleServer server;

  private record Run(int exit, String out) {}

  @BeforeAll
  static void needsTheCli() throws InterruptedException {
    boolean there;
    try {
      there =
          new ProcessBuilder("aws", "--version").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "no aws command on the path");
  }

  @BeforeEach
  void start() throws IOException {
    server = new SampleServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void callsKms() {
    assertThat(aws(Map.of(), "kms", "describe-key", "--key-id", "alias/a").out)
        .contains("\"KeyId\": \"1234\"", "\"Description\": \"<é>\"", "\"Enabled\": true");
    Run missing = aws(Map.of(), "kms", "describe-key", "--key-id", "alias/b");
    assertThat(missing.exit).isNotZero();
    assertThat(missing.out).contains("(NotFoundException)", "DescribeKey", "alias/b is not found.");
    assertThat(
            aws(Map.of(), "kms", "create-alias", "--alias-name", "alias/x", "--target-key-id", "k")
                .exit)
        .isZero();
  }

  @Test
  void callsEc2() {
    Run created =
        aws(
            Map.of(),
            "ec2",
            "create-volume",
            "--availability-zone",
            "eu-west-1a",
            "--size",
            "8",
            "--encrypted",
            "--volume-type",
            "gp3",
            "--tag-specifications",
            "ResourceType=volume,Tags=[{Key=a b&c,Value=\"ü=+%\"}]");
    assertThat(created.out)
        .contains(
            "\"VolumeId\": \"vol-1\"", "\"Size\": 8", "\"Key\": \"a b&c\"", "\"Value\": \"ü=+%\"");
    assertThat(aws(Map.of(), "ec2", "describe-volumes").out).contains("\"Volumes\": []");
    assertThat(aws(Map.of(), "ec2", "describe-volumes", "--volume-ids", "vol-7", "vol-8").out)
        .contains("vol-7", "vol-8");
    assertThat(aws(Map.of(), "ec2", "delete-volume", "--volume-id", "vol-0").out)
        .contains("(InvalidVolume.NotFound)", "The volume 'vol-0' does not exist.");
  }

  @Test
  void asksWhoItIs() {
    Map<String, String> temporary =
        Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", TestKeys.SECRET);
    assertThat(aws(temporary, "sts", "get-caller-identity").out)
        .contains("\"Arn\": \"arn:aws:iam::111122223333:user/ann\"");
  }

  @Test
  void isToldOfWrongSecrets() {
    Map<String, String> wrong = Map.of("AWS_SECRET_ACCESS_KEY", "wrong");
    assertThat(aws(wrong, "kms", "describe-key", "--key-id", "alias/a").out)
        .contains(
            "(InvalidSignatureException)", "The request signature we calculated does not match");
    assertThat(aws(wrong, "ec2", "describe-volumes").out).contains("(AuthFailure)");
    assertThat(aws(wrong, "sts", "get-caller-identity").out).contains("(SignatureDoesNotMatch)");
  }

  @Test
  void signsItsContentTypeAndEveryHeaderOfAws() {
    aws(Map.of(), "kms", "describe-key", "--key-id", "alias/a");
    aws(Map.of(), "ec2", "describe-volumes");
    assertThat(server.requests())
        .extracting(AwsCliIT::signedHeaders)
        .containsExactly(
            "content-type;host;x-amz-date;x-amz-target", "content-type;host;x-amz-date");
  }

  private static String signedHeaders(WireRequest request) {
    return request
        .headers()
        .first("authorization")
        .orElseThrow()
        .replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
  }

  private Run aws(Map<String, String> environment, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("aws", "--endpoint-url", server.uri().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AWS_CONFIG_FILE", home.resolve("config").toString());
    builder
        .environment()
        .put("AWS_SHARED_CREDENTIALS_FILE", home.resolve("credentials").toString());
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().put("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    builder.environment().put("AWS_SECRET_ACCESS_KEY", TestKeys.SECRET);
    builder.environment().put("AWS_DEFAULT_REGION", "eu-west-1");
    builder.environment().put("AWS_MAX_ATTEMPTS", "1");
    builder.environment().put("AWS_PAGER", "");
    builder.environment().put("PYTHONUTF8", "1");
    builder.environment().remove("AWS_SESSION_TOKEN");
    builder.environment().remove("AWS_PROFILE");
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
