package io.blockseal.cli;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.shape.Protocol;
import io.blockseal.aws.sigv4.Credentials;
import io.blockseal.aws.sigv4.RequestSigner;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireProtocol;
import io.blockseal.aws.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/// The `PresignedUrl` of a `CopySnapshot` call.
///
/// AWS reads an encrypted snapshot in its own Region on the strength of this: the same call as a
/// GET, signed for that Region. Its own clients send it with every copy, so this one does.
final class PresignedCopy {
  private static final String SERVICE = "ec2";

  /// As AWS's own clients ask for.
  private static final Duration HOLDS = Duration.ofHours(1);

  private PresignedCopy() {}

  static String url(CopySnapshotRequest request, Credentials credentials, InstantSource clock) {
    String region = Objects.requireNonNull(request.sourceRegion());
    String host = "%s.%s.amazonaws.com".formatted(SERVICE, region);
    WireRequest form =
        WireProtocol.of(Protocol.EC2_QUERY)
            .encodeRequest(Ec2Model.SERVICE, Ec2Model.COPY_SNAPSHOT, request);
    WireRequest query =
        new WireRequest(
            "GET",
            "/",
            new String(form.body(), StandardCharsets.UTF_8),
            Headers.of("host", host),
            new byte[0],
            "");
    WireRequest signed =
        new RequestSigner(region, SERVICE, clock).presign(query, credentials, HOLDS);
    return "https://" + host + "/?" + signed.rawQuery();
  }
}
