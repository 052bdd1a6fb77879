package io.blockseal.aws.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Known answers: AWS's signature version 4 test suite, the example of the S3 documentation, and
/// requests that botocore 1.43.11 signed. Each is signed and verified.
class SignatureVectorsTest {

  private static final Credentials CREDENTIALS =
      new Credentials("AKIDEXAMPLE", TestKeys.SECRET, null);
  private static final String UNRESERVED =
      "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "get-vanilla|GET|/||5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-utf8|GET|/ሴ||8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        "get-space|GET|/example"
            + " space/||652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        "get-slash|GET|//||5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-slashes|GET|//example//||9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        "get-slash-dot-slash|GET|/./||5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-pointless-dot|GET|/./example||ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
        "get-relative|GET|/example/..||5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-relative-relative|GET|/a/b/../..||5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "get-query|GET|/|Param1=value1|a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        "get-query-order-key|GET|/|Param1=value2&Param1=Value1"
            + "|eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
        "get-query-order-key-case|GET|/|Param2=value2&Param1=value1"
            + "|b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "get-query-order-value|GET|/|Param1=value2&Param1=value1"
            + "|5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
        "get-unreserved|GET|/"
            + UNRESERVED
            + "||07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "get-query-unreserved|GET|/|"
            + UNRESERVED
            + "="
            + UNRESERVED
            + "|9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        "post-vanilla|POST|/||5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "post-query|POST|/|Param1=value1|28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
      })
  void suiteOfPathsAndQueries(
      String name, String method, String path, String query, String signature) {
    Headers headers = Headers.of("Host", "example.amazonaws.com");
    checkSuite(
        new WireRequest(method, path, query == null ? "" : query, headers, new byte[0], ""),
        signature);
  }

  @Test
  void suiteOfHeaders() {
    checkSuite(
        get("My-Header1", "value2", "My-Header1", "value2", "My-Header1", "value1"),
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
    checkSuite(
        get(
            "My-Header1",
            "value4",
            "My-Header1",
            "value1",
            "My-Header1",
            "value3",
            "My-Header1",
            "value2"),
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
    checkSuite(
        get("My-Header1", " value1", "My-Header2", " \"a   b   c\""),
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  }

  @Test
  void exampleOfTheS3Documentation() {
    Headers headers =
        Headers.of(
            "Host",
            "examplebucket.s3.amazonaws.com",
            "Range",
            "bytes=0-9",
            "x-amz-content-sha256",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    WireRequest signed =
        new RequestSigner(
                "us-east-1", "s3", InstantSource.fixed(Instant.parse("2013-05-24T00:00:00Z")))
            .sign(
                new WireRequest("GET", "/test.txt", "", headers, new byte[0], ""),
                new Credentials(
                    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null));
    assertThat(signed.headers().first("authorization").orElseThrow())
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + " SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + " Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void requestsOfBotocore() {
    WireRequest kms =
        new WireRequest(
            "POST",
            "/",
            "",
            Headers.of(
                "Host",
                "localhost:8080",
                "X-Amz-Target",
                "TrentService.DescribeKey",
                "Content-Type",
                "application/x-amz-json-1.1",
                "User-Agent",
                "x"),
            "{\"KeyId\":\"alias/a\"}".getBytes(StandardCharsets.UTF_8),
            "");
    check(
        kms,
        "kms",
        CREDENTIALS,
        "e6c577d12ff6d0164300e1a50b495d4c133e4ca56c3b9128c673eb786b5ecf80");
    WireRequest ec2 =
        new WireRequest(
            "POST",
            "/",
            "",
            Headers.of(
                "Host",
                "localhost:8080",
                "Content-Type",
                "application/x-www-form-urlencoded; charset=utf-8"),
            "Action=DescribeVolumes&Version=2016-11-15".getBytes(StandardCharsets.UTF_8),
            "");
    Credentials temporary = new Credentials("ASIDEXAMPLE", TestKeys.SECRET, TestKeys.TOKEN);
    check(
        ec2, "ec2", temporary, "086a149e8e99f5aa49229c25a99ab618d4837a4aa20e912485dbbee8afeb55ee");
  }

  @Test
  void presignedRequestOfBotocore() {
    Credentials temporary = new Credentials("ASIDEXAMPLE", TestKeys.SECRET, TestKeys.TOKEN);
    WireRequest request =
        new WireRequest(
            "GET",
            "/",
            "Action=GetCallerIdentity&Version=2011-06-15&x=a%20b%2Bc",
            Headers.of("Host", "localhost:8080"),
            new byte[0],
            "");
    WireRequest presigned =
        signer("eu-central-1", "sts").presign(request, temporary, Duration.ofSeconds(60));
    assertThat(presigned.rawQuery())
        .isEqualTo(
            "Action=GetCallerIdentity&Version=2011-06-15&x=a%20b%2Bc&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=ASIDEXAMPLE%2F20150830%2Feu-central-1%2Fsts%2Faws4_request"
                + "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
                + "&X-Amz-Security-Token=to%2Fken%2Bwith%3Dchars"
                + "&X-Amz-Signature=e0e4043ec40dcde44929d46e4157ebf3100336c0ab1a6a33771fa05066290eca");
    assertThat(verifier().verify(presigned, "sts").key()).isEqualTo(TestKeys.TEMPORARY);
  }

  private static WireRequest get(String... namesAndValues) {
    Headers headers =
        Headers.of(namesAndValues).toBuilder().add("Host", "example.amazonaws.com").build();
    return new WireRequest("GET", "/", "", headers, new byte[0], "");
  }

  private static void checkSuite(WireRequest request, String signature) {
    WireRequest signed = signer("us-east-1", "service").sign(request, CREDENTIALS);
    assertThat(signed.headers().first("authorization").orElseThrow())
        .endsWith("Signature=" + signature);
    verifier().verify(signed, "service");
  }

  private static void check(
      WireRequest request, String service, Credentials credentials, String signature) {
    WireRequest signed = signer("eu-central-1", service).sign(request, credentials);
    assertThat(signed.headers().first("authorization").orElseThrow())
        .endsWith("Signature=" + signature);
    assertThat(verifier().verify(signed, service).scope().region()).isEqualTo("eu-central-1");
  }

  private static RequestSigner signer(String region, String service) {
    return new RequestSigner(region, service, InstantSource.fixed(TestKeys.SIGNED_AT));
  }

  private static RequestVerifier verifier() {
    return new RequestVerifier(
        TestKeys.source(),
        List.of("us-east-1", "eu-central-1")::contains,
        InstantSource.fixed(TestKeys.SIGNED_AT));
  }
}
