package io.blockseal.ebs;

import java.time.Duration;
import java.util.List;

/// What an operator decides about the EBS control plane. Immutable.
///
/// @param regions the Regions that are served
/// @param defaultCipher what encrypted volumes get if no tag picks one
/// @param failedCreation what becomes of a volume whose key is refused
/// @param vanishAfter how long such a volume is seen as `creating`
/// @param snapshotSpacing the least time between two snapshots of a volume, by the daemon's clock
/// @param attachByGrant whether attaching makes a grant for the instance's host, as EC2 does; to be
///   false with a KMS that is not the daemon's own
public record EbsConfiguration(
    List<String> regions,
    HostInstance instance,
    Cipher defaultCipher,
    FailedCreation failedCreation,
    Duration vanishAfter,
    Duration snapshotSpacing,
    boolean attachByGrant) {

  /// What becomes of a volume that can't be made.
  public enum FailedCreation {
    /// It is gone, as with AWS.
    VANISH,
    /// It stays, in state `error`.
    ERROR
  }

  public EbsConfiguration {
    regions = List.copyOf(regions);
    if (defaultCipher == Cipher.NONE) {
      throw new IllegalArgumentException("the default cipher of encrypted volumes can't be NONE");
    }
  }

  /// As AWS does it.
  public static EbsConfiguration defaults(HostInstance instance) {
    return new EbsConfiguration(
        Geography.DEFAULT_REGIONS,
        instance,
        Cipher.AES_256_XTS,
        FailedCreation.VANISH,
        Duration.ofSeconds(2),
        Duration.ofSeconds(15),
        true);
  }
}
