package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.sigv4.Credentials;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PresignedCopyTest {
  /// The signature is that of botocore 1.43.11, `SigV4QueryAuth(…, expires=3600).add_auth`, for the
  /// same parameters, time and credentials.
  @Test
  void signsTheCopyForItsSourceAsAwssOwnClientsDo() {
    CopySnapshotRequest request =
        CopySnapshotRequest.builder()
            .sourceRegion("eu-west-1")
            .sourceSnapshotId("snap-0123456789abcdef0")
            .destinationRegion("us-east-1")
            .encrypted(true)
            .description("two words")
            .build();
    Credentials credentials =
        new Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);
    Instant time = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(PresignedCopy.url(request, credentials, () -> time))
        .startsWith("https://ec2.eu-west-1.amazonaws.com/?Action=CopySnapshot&Version=2016-11-15&")
        .contains("&SourceSnapshotId=snap-0123456789abcdef0&")
        .contains("&Description=two%20words&")
        .contains("&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&")
        .endsWith(
            "&X-Amz-Signature=432473155573f105e8cda824512375161d46580e3b2efcd527f9425851c1f076");
  }
}
