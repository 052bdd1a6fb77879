package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AvailabilityZone;
import io.blockseal.aws.ec2.AvailabilityZoneOptInStatus;
import io.blockseal.aws.ec2.AvailabilityZoneState;
import io.blockseal.aws.ec2.DescribeAvailabilityZonesRequest;
import io.blockseal.aws.ec2.DescribeAvailabilityZonesResult;
import io.blockseal.aws.ec2.DescribeRegionsRequest;
import io.blockseal.aws.ec2.DescribeRegionsResult;
import io.blockseal.aws.ec2.Region;
import io.blockseal.ebs.Geography.Zone;
import java.util.List;

/// `DescribeRegions` and `DescribeAvailabilityZones`.
final class GeographyListing {
  private static final String NO_OPT_IN = "opt-in-not-required";
  private static final String ZONE_TYPE = "availability-zone";

  private static final FilterNames<String> REGION_FILTERS =
      FilterNames.<String>builder()
          .one("endpoint", GeographyListing::endpoint)
          .one("opt-in-status", _ -> NO_OPT_IN)
          .one("region-name", region -> region)
          .build();

  private static final FilterNames<Zone> ZONE_FILTERS =
      FilterNames.<Zone>builder()
          .one("group-long-name", GeographyListing::group)
          .one("group-name", GeographyListing::group)
          .never("message", "parent-zone-id", "parent-zone-name")
          .one("opt-in-status", _ -> NO_OPT_IN)
          .one("region-name", Zone::region)
          .one("state", _ -> AvailabilityZoneState.AVAILABLE)
          .one("zone-id", Zone::id)
          .one("zone-name", Zone::name)
          .one("zone-type", _ -> ZONE_TYPE)
          .build();

  private final ControlPlane plane;

  GeographyListing(ControlPlane plane) {
    this.plane = plane;
  }

  /// Answers in every Region, served or not: how else to learn which ones are.
  DescribeRegionsResult regions(DescribeRegionsRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    for (String name : request.regionNamesOrEmpty()) {
      if (!plane.geography().serves(name)) {
        throw Ec2Errors.regionNotFound(name);
      }
    }
    List<String> names = request.regionNamesOrEmpty();
    return new DescribeRegionsResult(
        plane.geography().regions().stream()
            .filter(region -> names.isEmpty() || names.contains(region))
            .filter(REGION_FILTERS.matching(request.filters()))
            .map(
                region ->
                    Region.builder()
                        .regionName(region)
                        .endpoint(endpoint(region))
                        .optInStatus(NO_OPT_IN)
                        .build())
            .toList());
  }

  DescribeAvailabilityZonesResult zones(Caller caller, DescribeAvailabilityZonesRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    List<String> names = request.zoneNamesOrEmpty();
    List<String> ids = request.zoneIdsOrEmpty();
    names.forEach(name -> checkKnown(plane.geography().zoneByName(caller, name).isPresent(), name));
    ids.forEach(id -> checkKnown(plane.geography().zoneById(caller, id).isPresent(), id));
    return new DescribeAvailabilityZonesResult(
        plane.geography().zones(caller).stream()
            .filter(zone -> names.isEmpty() || names.contains(zone.name()))
            .filter(zone -> ids.isEmpty() || ids.contains(zone.id()))
            .filter(ZONE_FILTERS.matching(request.filters()))
            .map(GeographyListing::view)
            .toList());
  }

  private static void checkKnown(boolean known, String zone) {
    if (!known) {
      throw Ec2Errors.invalidValue("Invalid availability zone: [" + zone + "]");
    }
  }

  private static AvailabilityZone view(Zone zone) {
    return AvailabilityZone.builder()
        .optInStatus(AvailabilityZoneOptInStatus.OPT_IN_NOT_REQUIRED)
        .messages(List.of())
        .regionName(zone.region())
        .zoneName(zone.name())
        .zoneId(zone.id())
        .groupName(group(zone))
        .networkBorderGroup(zone.region())
        .zoneType(ZONE_TYPE)
        .state(AvailabilityZoneState.AVAILABLE)
        .build();
  }

  private static String endpoint(String region) {
    return "ec2." + region + ".amazonaws.com";
  }

  private static String group(Zone zone) {
    return zone.region() + "-zg-1";
  }
}
