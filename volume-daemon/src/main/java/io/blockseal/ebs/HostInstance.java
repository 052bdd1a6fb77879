package io.blockseal.ebs;

import io.blockseal.aws.ec2.ArchitectureValues;
import java.time.Instant;

/// The machine that the daemon runs on, as the one instance that EC2 has here: running, in the
/// first zone of every Region. Immutable.
///
/// @param id the same for the life of a daemon's data
/// @param launched when the daemon was first started
/// @param instanceType what `DescribeInstances` shows; nothing depends on it
public record HostInstance(
    String id,
    Instant launched,
    String instanceType,
    ArchitectureValues architecture,
    String privateDnsName) {

  public HostInstance {
    ResourceIds.checkInstanceId(id);
  }
}
