package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Regions that are served and the three Availability Zones of each. Immutable.
final class Geography {
  /// The Regions of a daemon that is not told otherwise.
  static final List<String> DEFAULT_REGIONS =
      List.of("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2");

  private static final List<String> ZONE_LETTERS = List.of("a", "b", "c");
  private static final Map<String, String> DIRECTIONS =
      Map.of(
          "north", "n",
          "south", "s",
          "east", "e",
          "west", "w",
          "central", "c",
          "northeast", "ne",
          "northwest", "nw",
          "southeast", "se",
          "southwest", "sw");

  /// One Availability Zone.
  ///
  /// @param name such as `us-east-1a`
  /// @param id such as `use1-az1`
  record Zone(String region, String name, String id) {}

  private final Map<String, List<Zone>> zonesByRegion = new LinkedHashMap<>();

  Geography(List<String> regions) {
    if (regions.isEmpty()) {
      throw new IllegalArgumentException("no Region is to be served");
    }
    regions.forEach(region -> zonesByRegion.put(region, zones(region)));
  }

  List<String> regions() {
    return List.copyOf(zonesByRegion.keySet());
  }

  boolean serves(String region) {
    return zonesByRegion.containsKey(region);
  }

  /// The zones of the Region in which the caller calls.
  List<Zone> zones(Caller caller) {
    List<Zone> zones = zonesByRegion.get(caller.region());
    if (zones == null) {
      throw Ec2Errors.regionNotServed(caller.region(), zonesByRegion.keySet());
    }
    return zones;
  }

  /// The zone where the instance of each Region is.
  Zone firstZone(Caller caller) {
    return zones(caller).getFirst();
  }

  Optional<Zone> zoneByName(Caller caller, String name) {
    return zones(caller).stream().filter(zone -> zone.name().equals(name)).findAny();
  }

  Optional<Zone> zoneById(Caller caller, String id) {
    return zones(caller).stream().filter(zone -> zone.id().equals(id)).findAny();
  }

  /// The id of a zone that a record names.
  static String zoneId(String zoneName) {
    String region = zoneName.substring(0, zoneName.length() - 1);
    int index = ZONE_LETTERS.indexOf(zoneName.substring(zoneName.length() - 1));
    return shortRegion(region) + "-az" + (index + 1);
  }

  private static List<Zone> zones(String region) {
    List<Zone> zones = new ArrayList<>();
    for (String letter : ZONE_LETTERS) {
      zones.add(new Zone(region, region + letter, zoneId(region + letter)));
    }
    return List.copyOf(zones);
  }

  /// `use1` for `us-east-1`.
  private static String shortRegion(String region) {
    StringBuilder name = new StringBuilder();
    for (String part : region.split("-", -1)) {
      name.append(DIRECTIONS.getOrDefault(part, part.equals("gov") ? "g" : part));
    }
    return name.toString();
  }
}
