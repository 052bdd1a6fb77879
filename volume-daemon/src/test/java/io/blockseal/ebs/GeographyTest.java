package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.EbsRig.HOST;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.AvailabilityZone;
import io.blockseal.aws.ec2.DescribeAvailabilityZonesRequest;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeRegionsRequest;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.Instance;
import io.blockseal.aws.ec2.InstanceStateName;
import io.blockseal.aws.ec2.Region;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeographyTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1a, use1-az1",
    "eu-central-1c, euc1-az3",
    "ap-southeast-2b, apse2-az2",
    "us-gov-west-1a, usgw1-az1"
  })
  void namesZonesAsAwsDoes(String zone, String id) {
    assertThat(Geography.zoneId(zone)).isEqualTo(id);
  }

  @Test
  void listsTheServedRegionsFromAnywhere() {
    DescribeRegionsRequest all = DescribeRegionsRequest.builder().build();

    assertThat(rig.ebs.describeRegions(ALICE.atRegion("mars-north-1"), all).regionsOrEmpty())
        .extracting(Region::regionName)
        .containsExactly("us-east-1", "eu-central-1");
    assertThat(
            rig.ebs
                .describeRegions(
                    ALICE,
                    DescribeRegionsRequest.builder()
                        .filters(List.of(new Filter("endpoint", List.of("*eu-*"))))
                        .build())
                .regionsOrEmpty())
        .extracting(Region::endpoint)
        .containsExactly("ec2.eu-central-1.amazonaws.com");
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeRegions(
                            ALICE,
                            DescribeRegionsRequest.builder()
                                .regionNames(List.of("moon-1"))
                                .build()))
                .code())
        .isEqualTo("InvalidParameterValue");
  }

  @Test
  void listsThreeZonesOfARegion() {
    assertThat(
            rig.ebs
                .describeAvailabilityZones(
                    ALICE, DescribeAvailabilityZonesRequest.builder().build())
                .availabilityZonesOrEmpty())
        .extracting(AvailabilityZone::zoneName)
        .containsExactly("us-east-1a", "us-east-1b", "us-east-1c");
    assertThat(
            rig.ebs
                .describeAvailabilityZones(
                    ALICE,
                    DescribeAvailabilityZonesRequest.builder().zoneIds(List.of("use1-az3")).build())
                .availabilityZonesOrEmpty())
        .extracting(AvailabilityZone::zoneName)
        .containsExactly("us-east-1c");
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeAvailabilityZones(
                            ALICE,
                            DescribeAvailabilityZonesRequest.builder()
                                .zoneNames(List.of("us-east-1d"))
                                .build()))
                .code())
        .isEqualTo("InvalidParameterValue");
  }

  @Test
  void hasOneInstanceWithTheCallersVolumes() {
    String id = rig.volume(_ -> {});
    rig.attach(id);

    Instance instance = instances(List.of());

    assertThat(instance.instanceId()).isEqualTo(HOST);
    assertThat(Objects.requireNonNull(instance.state()).name())
        .isEqualTo(InstanceStateName.RUNNING);
    assertThat(Objects.requireNonNull(instance.placement()).availabilityZone())
        .isEqualTo("us-east-1a");
    assertThat(instance.blockDeviceMappingsOrEmpty())
        .singleElement()
        .satisfies(
            mapping -> {
              assertThat(mapping.deviceName()).isEqualTo("/dev/sdf");
              assertThat(Objects.requireNonNull(mapping.ebs()).volumeId()).isEqualTo(id);
            });
    assertThat(instances(List.of(new Filter("block-device-mapping.volume-id", List.of(id)))))
        .isEqualTo(instance);
    assertThat(
            rig.ebs
                .describeInstances(
                    ALICE,
                    DescribeInstancesRequest.builder()
                        .filters(List.of(new Filter("instance-state-name", List.of("stopped"))))
                        .build())
                .reservations())
        .isEmpty();
    assertThat(
            refused(
                    () ->
                        rig.ebs.describeInstances(
                            ALICE,
                            DescribeInstancesRequest.builder()
                                .instanceIds(List.of("i-00000000000000001"))
                                .build()))
                .code())
        .isEqualTo("InvalidInstanceID.NotFound");
  }

  private Instance instances(List<Filter> filters) {
    return rig.ebs
        .describeInstances(
            ALICE,
            DescribeInstancesRequest.builder().instanceIds(List.of(HOST)).filters(filters).build())
        .reservationsOrEmpty()
        .getFirst()
        .instancesOrEmpty()
        .getFirst();
  }
}
