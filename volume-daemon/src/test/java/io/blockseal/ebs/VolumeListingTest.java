package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeVolumeStatusRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeStatusInfoStatus;
import io.blockseal.aws.ec2.VolumeStatusItem;
import io.blockseal.aws.ec2.VolumeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeListingTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private List<String> matching(String filter, String... values) {
    return matching(List.of(new Filter(filter, List.of(values))));
  }

  private List<String> matching(List<Filter> filters) {
    return ids(
        rig.ebs.describeVolumes(ALICE, DescribeVolumesRequest.builder().filters(filters).build()));
  }

  private static List<String> ids(DescribeVolumesResult result) {
    return result.volumesOrEmpty().stream().map(Volume::volumeId).toList();
  }

  private DescribeVolumesResult page(int maxResults, @Nullable String token) {
    return rig.ebs.describeVolumes(
        ALICE, DescribeVolumesRequest.builder().maxResults(maxResults).nextToken(token).build());
  }

  @Test
  void filtersByEveryPropertyOfAVolume() {
    String plain =
        rig.volume(
            asks -> asks.tagSpecifications(EbsRig.tags(ResourceType.VOLUME, "Name", "data-1")));
    rig.clock.advance(Duration.ofHours(1));
    String sealed =
        rig.volume(
            asks ->
                asks.encrypted(true)
                    .size(7)
                    .volumeType(VolumeType.GP3)
                    .availabilityZone("us-east-1b"));
    rig.attach(plain);

    assertThat(matching("encrypted", "true")).containsExactly(sealed);
    assertThat(matching("encrypted", "false")).containsExactly(plain);
    assertThat(matching("size", "7")).containsExactly(sealed);
    assertThat(matching("volume-type", "gp*")).containsExactly(plain, sealed);
    assertThat(matching("volume-type", "gp3", "io2")).containsExactly(sealed);
    assertThat(matching("availability-zone", "us-east-1b")).containsExactly(sealed);
    assertThat(matching("availability-zone-id", "use1-az1")).containsExactly(plain);
    assertThat(matching("status", "in-use")).containsExactly(plain);
    assertThat(matching("volume-id", sealed)).containsExactly(sealed);
    assertThat(matching("create-time", "2026-01-02T03:*")).containsExactly(plain);
    assertThat(matching("create-time", "2026-01-02T04:04:05.678Z")).containsExactly(sealed);
    assertThat(matching("attachment.device", "/dev/sd?")).containsExactly(plain);
    assertThat(matching("attachment.instance-id", EbsRig.HOST)).containsExactly(plain);
    assertThat(matching("attachment.status", "attached")).containsExactly(plain);
    assertThat(matching("attachment.delete-on-termination", "false")).containsExactly(plain);
    assertThat(matching("attachment.attach-time", "2026-01-02*")).containsExactly(plain);
    assertThat(matching("tag:Name", "data-*")).containsExactly(plain);
    assertThat(matching("tag-key", "Name")).containsExactly(plain);
    assertThat(matching("multi-attach-enabled", "false")).containsExactly(plain, sealed);
    assertThat(matching("fast-restored", "true")).isEmpty();
    assertThat(matching("snapshot-id", "snap-*")).isEmpty();
    assertThat(matching("operator.principal", "*")).isEmpty();
  }

  @Test
  void wantsEveryFilterToMatch() {
    String small = rig.volume(_ -> {});
    rig.volume(asks -> asks.size(2));

    assertThat(
            matching(
                List.of(
                    new Filter("size", List.of("1", "2")),
                    new Filter("volume-id", List.of(small)))))
        .containsExactly(small);
  }

  @Test
  void refusesFiltersItDoesNotKnow() {
    assertThat(refused(() -> matching("kms-key-id", "x")))
        .hasMessage("The filter 'kms-key-id' is invalid");
    assertThat(
            refused(() -> matching(List.of(new Filter("size", Collections.nCopies(201, "1")))))
                .code())
        .isEqualTo("FilterLimitExceeded");
  }

  @Test
  void pagesThroughAllVolumesOnce() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(rig.volume(_ -> {}));
      rig.clock.advance(Duration.ofSeconds(1));
    }

    List<String> seen = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      DescribeVolumesResult page = page(5, token);
      seen.addAll(ids(page));
      token = page.nextToken();
      pages++;
    } while (token != null);

    assertThat(seen).isEqualTo(all);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void takesATokenBackForTheSameQueryOnly() {
    for (int i = 0; i < 6; i++) {
      rig.volume(_ -> {});
    }
    String token = Objects.requireNonNull(page(5, null).nextToken());

    assertThat(refused(() -> page(5, "bogus")).code()).isEqualTo("InvalidNextToken");
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeVolumes(
                            ALICE,
                            DescribeVolumesRequest.builder()
                                .filters(List.of(new Filter("size", List.of("1"))))
                                .nextToken(token)
                                .build()))
                .code())
        .isEqualTo("InvalidNextToken");
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeVolumes(
                            ALICE.atRegion("eu-central-1"),
                            DescribeVolumesRequest.builder().nextToken(token).build()))
                .code())
        .isEqualTo("InvalidNextToken");
  }

  @Test
  void boundsThePageAndKeepsItApartFromIds() {
    String id = rig.volume(_ -> {});

    assertThat(refused(() -> page(4, null)))
        .hasMessage(
            "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.");
    assertThat(page(5_000, null).nextToken()).isNull();
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeVolumes(
                            ALICE,
                            DescribeVolumesRequest.builder()
                                .volumeIds(List.of(id))
                                .maxResults(5)
                                .build()))
                .code())
        .isEqualTo("InvalidParameterCombination");
  }

  @Test
  void namesTheVolumeThatIsMissing() {
    assertThat(refused(() -> rig.describe("vol-00000000000000000")))
        .hasMessage("The volume 'vol-00000000000000000' does not exist.");
    assertThat(refused(() -> rig.describe("vol-xyz")).code())
        .isEqualTo("InvalidVolumeID.Malformed");
  }

  @Test
  void showsAnAccountItsOwnVolumesInOneRegion() {
    rig.volume(_ -> {});
    Caller mallory =
        new Caller(
            "999999999999",
            EbsRig.REGION,
            "arn:aws:iam::999999999999:root",
            "999999999999",
            "AKIA",
            "r",
            "192.0.2.9",
            "test",
            null);
    DescribeVolumesRequest all = DescribeVolumesRequest.builder().build();

    assertThat(ids(rig.ebs.describeVolumes(mallory, all))).isEmpty();
    assertThat(ids(rig.ebs.describeVolumes(ALICE.atRegion("eu-central-1"), all))).isEmpty();
    assertThat(ids(rig.ebs.describeVolumes(ALICE, all))).hasSize(1);
  }

  @Test
  void tellsHowVolumesDo() {
    String id = rig.volume(_ -> {});

    VolumeStatusItem item =
        rig.ebs
            .describeVolumeStatus(
                ALICE,
                DescribeVolumeStatusRequest.builder()
                    .filters(List.of(new Filter("volume-status.status", List.of("ok"))))
                    .build())
            .volumeStatusesOrEmpty()
            .getFirst();

    assertThat(item.volumeId()).isEqualTo(id);
    assertThat(Objects.requireNonNull(item.volumeStatus()).status())
        .isEqualTo(VolumeStatusInfoStatus.OK);
    assertThat(item.events()).isEmpty();
    assertThat(item.actions()).isEmpty();
  }
}
