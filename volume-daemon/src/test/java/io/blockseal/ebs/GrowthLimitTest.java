package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ACCOUNT;
import static io.blockseal.ebs.EbsRig.REGION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.blockseal.aws.ec2.DescribeVolumesModificationsRequest;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.VolumeModification;
import io.blockseal.aws.ec2.VolumeModificationState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Growing a detached volume beyond what the file system below lets a file have, such as 16 TiB on
/// ext4: the modification fails, and the volume stays as it is.
final class GrowthLimitTest {
  private static final int TOO_LARGE_GIB = 20_000;

  @TempDir Path root;

  @Test
  void aVolumeThatCannotGrowStaysAsItIs() throws Exception {
    assumeFalse(holds(TOO_LARGE_GIB), "the file system has files of 20,000 GiB");
    FakeKms kms = new FakeKms();
    String key = kms.createKey(ACCOUNT, REGION);
    try (LocalEbsRig rig =
        new LocalEbsRig(root, new InMemoryMetadataStore(), kms.api(), new MovableClock())) {
      String volume =
          rig.volume(
              LocalEbsRig.sealed(key, "AES_256_XTS")
                  .andThen(asks -> asks.volumeType(VolumeType.GP3)));
      rig.attach(volume);
      rig.write(volume, 0, "precious");
      rig.detach(volume);

      rig.ebs.modifyVolume(
          rig.caller, ModifyVolumeRequest.builder().volumeId(volume).size(TOO_LARGE_GIB).build());
      rig.settle();
      assertThat(
              rig.ebs
                  .describeVolumesModifications(
                      rig.caller,
                      DescribeVolumesModificationsRequest.builder()
                          .volumeIds(List.of(volume))
                          .build())
                  .volumesModificationsOrEmpty())
          .singleElement()
          .returns(VolumeModificationState.FAILED, VolumeModification::modificationState);

      rig.attach(volume);
      assertThat(rig.describe(volume).state()).isEqualTo(VolumeState.IN_USE);
      assertThat(rig.describe(volume).size()).isLessThan(TOO_LARGE_GIB);
      assertThat(rig.read(volume, 0, 8)).isEqualTo("precious");
    }
  }

  private boolean holds(long gib) throws IOException {
    Path probe = root.resolve("probe");
    try (RandomAccessFile file = new RandomAccessFile(probe.toFile(), "rw")) {
      file.setLength(gib << 30);
      return true;
    } catch (IOException _) {
      return false;
    } finally {
      Files.delete(probe);
    }
  }
}
