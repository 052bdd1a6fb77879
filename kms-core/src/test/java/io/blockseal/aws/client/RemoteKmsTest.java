package io.blockseal.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.RemoteEc2;
import io.blockseal.aws.gateway.SampleServer;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateAliasResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.RemoteKms;
import io.blockseal.aws.sigv4.Credentials;
import io.blockseal.aws.sigv4.TestKeys;
import io.blockseal.aws.sts.GetCallerIdentityRequest;
import io.blockseal.aws.sts.RemoteSts;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The generated clients against a gateway behind the JDK's HTTP server.
class RemoteKmsTest {

  private static final Caller CALLER = new Caller("", "", "", "", "", "", "", "", null);

  private SampleServer server;

  @BeforeEach
  void start() throws IOException {
    server = new SampleServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void callsTheService() {
    try (RemoteKms kms = new RemoteKms(settings(server.uri(), TestKeys.SECRET))) {
      assertThat(kms.describeKey(CALLER, new DescribeKeyRequest("alias/a", null)).keyMetadata())
          .extracting("description")
          .isEqualTo("<é>");
      CreateAliasRequest alias = new CreateAliasRequest("alias/x", "k");
      assertThat(kms.createAlias(CALLER, alias)).isEqualTo(new CreateAliasResponse());
    }
    try (RemoteEc2 ec2 = new RemoteEc2(settings(server.uri(), TestKeys.SECRET))) {
      DescribeVolumesRequest request =
          DescribeVolumesRequest.builder().volumeIds(List.of("v")).build();
      assertThat(ec2.describeVolumes(CALLER, request).volumesOrEmpty()).hasSize(1);
    }
    try (RemoteSts sts = new RemoteSts(settings(server.uri(), TestKeys.SECRET))) {
      assertThat(sts.getCallerIdentity(CALLER, new GetCallerIdentityRequest()).account())
          .isEqualTo("111122223333");
    }
  }

  @Test
  void throwsTheModelledError() {
    try (RemoteKms kms = new RemoteKms(settings(server.uri(), TestKeys.SECRET))) {
      assertThatThrownBy(() -> kms.describeKey(CALLER, new DescribeKeyRequest("alias/b", null)))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("alias/b is not found.");
      assertThatThrownBy(() -> kms.listKeys(CALLER, ListKeysRequest.builder().build()))
          .isInstanceOf(AwsException.class)
          .hasFieldOrPropertyWithValue("code", "UnknownOperationException");
    }
    try (RemoteKms kms = new RemoteKms(settings(server.uri(), "wrong"))) {
      assertThatThrownBy(() -> kms.describeKey(CALLER, new DescribeKeyRequest("alias/a", null)))
          .hasFieldOrPropertyWithValue("code", "InvalidSignatureException");
    }
  }

  @Test
  void triesAThrottledCallAgainAFewTimes() {
    try (RemoteKms kms = new RemoteKms(settings(server.uri(), TestKeys.SECRET))) {
      assertThatThrownBy(() -> kms.describeKey(CALLER, new DescribeKeyRequest("throttled", null)))
          .hasFieldOrPropertyWithValue("code", "ThrottlingException");
    }
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void saysThatACallCannotHaveRunIfNobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (RemoteKms kms =
        new RemoteKms(settings(URI.create("http://localhost:" + port), TestKeys.SECRET))) {
      UnreachableException error =
          catchThrowableOfType(
              UnreachableException.class,
              () -> kms.describeKey(CALLER, new DescribeKeyRequest("alias/a", null)));
      assertThat(error.mayHaveRun()).isFalse();
      assertThat(error.code()).isEqualTo("Unreachable");
    }
  }

  @Test
  void saysThatACallMayHaveRunIfTheAnswerIsCutOff() throws IOException {
    try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(rude));
      URI uri = URI.create("http://localhost:" + rude.getLocalPort());
      try (RemoteKms kms = new RemoteKms(settings(uri, TestKeys.SECRET))) {
        UnreachableException error =
            catchThrowableOfType(
                UnreachableException.class,
                () -> kms.describeKey(CALLER, new DescribeKeyRequest("alias/a", null)));
        assertThat(error.mayHaveRun()).isTrue();
      }
    }
  }

  private static void hangUp(ServerSocket rude) {
    try {
      while (true) {
        var connection = rude.accept();
        connection.getInputStream().read();
        connection.close();
      }
    } catch (IOException e) {
      // The test is over.
      return;
    }
  }

  @Test
  void carriesSignedRequestsOfOurOwnApi() {
    try (RemoteEndpoint own =
        new RemoteEndpoint(settings(server.uri(), TestKeys.SECRET), "blockseal")) {
      WireResponse response =
          own.exchange(
              new WireRequest(
                  "POST", "/_blockseal/a%20b", "x=1%2F2", Headers.none(), new byte[] {7}, ""));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).containsExactly(7);
    }
  }

  @Test
  void refusesEndpointsThatAreNone() {
    for (String uri : new String[] {"localhost:8080", "ftp://h", "http://h/path", "http://h?x=1"}) {
      assertThatThrownBy(() -> settings(URI.create(uri), "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static ClientSettings settings(URI uri, String secret) {
    return ClientSettings.of(
        uri,
        "eu-west-1",
        CredentialsProvider.of(new Credentials("AKIDEXAMPLE", secret, null)),
        "test");
  }
}
