package io.blockseal.ebs;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The ids of volumes and snapshots: a prefix and 17 hexadecimal digits, of which AWS leaves the
/// first one zero. The 8 digits of before 2016 are understood too. Thread-safe if the randomness
/// is.
final class ResourceIds {
  static final String VOLUME = "vol-";
  static final String SNAPSHOT = "snap-";
  static final String INSTANCE = "i-";

  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8}|[0-9a-f]{17}");
  private static final HexFormat HEX = HexFormat.of();

  private final RandomGenerator random;

  ResourceIds(RandomGenerator random) {
    this.random = random;
  }

  String newVolumeId() {
    return VOLUME + digits();
  }

  String newSnapshotId() {
    return SNAPSHOT + digits();
  }

  /// A lineage id: 32 hexadecimal digits, one for each data key.
  String newLineageId() {
    return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
  }

  /// Returns `id` if it can be the id of a volume.
  static String checkVolumeId(String id) {
    if (!isWellFormed(VOLUME, id)) {
      throw Ec2Errors.malformedVolumeId(id);
    }
    return id;
  }

  /// Returns `id` if it can be the id of a snapshot.
  static String checkSnapshotId(String id) {
    if (!isWellFormed(SNAPSHOT, id)) {
      throw Ec2Errors.malformedSnapshotId(id);
    }
    return id;
  }

  /// Returns `id` if it can be the id of an instance.
  static String checkInstanceId(String id) {
    if (!isWellFormed(INSTANCE, id)) {
      throw Ec2Errors.malformedInstanceId(id);
    }
    return id;
  }

  private static boolean isWellFormed(String prefix, String id) {
    return id.startsWith(prefix) && DIGITS.matcher(id.substring(prefix.length())).matches();
  }

  private String digits() {
    return "0" + HEX.toHexDigits(random.nextLong());
  }
}
