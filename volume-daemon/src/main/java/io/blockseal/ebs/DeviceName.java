package io.blockseal.ebs;

import java.util.regex.Pattern;

/// The names under which volumes are attached: `/dev/sdf`, `/dev/xvdba` and their kind, with a
/// partition number if need be. Here they are labels only; where the volume is to be found, the
/// export says.
final class DeviceName {
  private static final Pattern VALID =
      Pattern.compile("(/dev/)?(sd|xvd)([a-z]|[a-d][a-z])\\d{0,2}");

  private DeviceName() {}

  /// Returns `name` if EC2 would take it.
  static String check(String name) {
    if (!VALID.matcher(name).matches()) {
      throw Ec2Errors.deviceInvalid(name);
    }
    return name;
  }

  /// Whether both mean the same place: the prefixes `sd` and `xvd` don't count.
  static boolean same(String one, String other) {
    return place(one).equals(place(other));
  }

  private static String place(String name) {
    return name.replaceFirst("^(/dev/)?(sd|xvd)", "");
  }
}
