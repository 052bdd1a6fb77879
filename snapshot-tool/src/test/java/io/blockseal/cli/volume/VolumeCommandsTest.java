package io.blockseal.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DescribeInstancesResult;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.Instance;
import io.blockseal.aws.ec2.Reservation;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.cli.ExitCode;
import io.blockseal.cli.Host;
import io.blockseal.cli.Output;
import io.blockseal.cli.RecordingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VolumeCommandsTest {
  private final RecordingContext context = new RecordingContext();
  private VolumeState state = VolumeState.IN_USE;

  @BeforeEach
  void scriptAnAttachableVolume() {
    context.answers.put(
        "describeInstances",
        request ->
            DescribeInstancesResult.builder()
                .reservations(
                    List.of(
                        Reservation.builder()
                            .instances(List.of(Instance.builder().instanceId("i-1").build()))
                            .build()))
                .build());
    context.answers.put(
        "describeVolumes",
        request ->
            DescribeVolumesResult.builder()
                .volumes(
                    List.of(
                        Volume.builder()
                            .volumeId("vol-1")
                            .state(state)
                            .attachments(
                                List.of(
                                    VolumeAttachment.builder()
                                        .device("/dev/sdf")
                                        .state(VolumeAttachmentState.ATTACHED)
                                        .build()))
                            .build()))
                .build());
    context.answers.put(
        "attachVolume", request -> VolumeAttachment.builder().volumeId("vol-1").build());
    context.answers.put(
        "detachVolume", request -> VolumeAttachment.builder().volumeId("vol-1").build());
    context.daemonAnswers.put(
        "volumes/vol-1", Map.of("path", "/blk/vol-1", "explanation", "The key is disabled."));
  }

  @Test
  void attachMakesTheFileSystemAndMountsIt() {
    assertThat(context.run("volume", "attach", "vol-1", "--mkfs", "ext4", "--mount", "/mnt/data"))
        .isZero();
    assertThat(context.hostCalls)
        .containsExactly(
            "mkfs.ext4 /blk/vol-1", "losetup /blk/vol-1", "mount /dev/loop7 /mnt/data");
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("/mnt/data\n");
  }

  @Test
  void attachTakesTheNextFreeDeviceName() {
    context.run("volume", "attach", "vol-1");
    assertThat(context.requests)
        .filteredOn(AttachVolumeRequest.class::isInstance)
        .extracting(request -> ((AttachVolumeRequest) request).device())
        .containsExactly("/dev/sdg");
  }

  @Test
  void attachKeepsWhatIsOnTheVolumeUnlessForced() {
    context.content = "xfs";
    assertThat(context.run("volume", "attach", "vol-1", "--mkfs", "ext4"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).isEmpty();
    assertThat(context.notes.toString()).contains("already holds xfs").contains("--force");
    assertThat(context.run("volume", "attach", "vol-1", "--mkfs", "ext4", "--force")).isZero();
    assertThat(context.hostCalls).containsExactly("mkfs.ext4 /blk/vol-1");
  }

  @Test
  void aFailedMountLeavesNoLoopDevice() {
    context.mountFails = true;
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/data"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).containsExactly("losetup /blk/vol-1", "losetup -d /dev/loop7");
  }

  @Test
  void detachUnmountsAndReleasesLoopsFirst() {
    state = VolumeState.AVAILABLE;
    context.loops = List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data"))));
    assertThat(context.run("volume", "detach", "vol-1")).isZero();
    assertThat(context.hostCalls).containsExactly("umount /mnt/data", "losetup -d /dev/loop3");
  }

  @Test
  void createSendsTheCipherAsATag() {
    context.answers.put("createVolume", request -> Volume.builder().volumeId("vol-2").build());
    assertThat(context.run("volume", "create", "--size", "10G", "--encrypted", "--cipher", "gcm"))
        .isZero();
    CreateVolumeRequest request = (CreateVolumeRequest) context.requests.getFirst();
    assertThat(request.size()).isEqualTo(10);
    assertThat(request.tagSpecificationsOrEmpty().getFirst().tagsOrEmpty())
        .containsExactly(Tag.builder().key("blockseal:cipher").value("AES_256_GCM").build());
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("vol-2\n");
  }

  @Test
  void aRefusalNamesCodeMessageAndNextStep() {
    context.answers.put(
        "attachVolume",
        request -> {
          throw AwsException.sender(
              "CustomerKeyHasBeenRevoked", 400, "Volume vol-1 cannot be attached.");
        });
    assertThat(context.run("volume", "attach", "vol-1")).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.notes.toString())
        .contains("error: CustomerKeyHasBeenRevoked: Volume vol-1 cannot be attached.")
        .contains("volume explain");
  }

  @Test
  void explainPrintsTheReason() {
    assertThat(context.run("volume", "explain", "vol-1")).isZero();
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("The key is disabled.\n");
  }

  @Test
  void jsonHasTheMemberNamesOfAws() {
    context.format = Output.Format.json;
    context.run("volume", "list");
    assertThat(context.out.toString())
        .contains("\"VolumeId\" : \"vol-1\"")
        .contains("\"State\" : \"in-use\"");
  }

  @Test
  void aWrongCommandLineSaysWhatIsWrong() {
    assertThat(context.run("volume", "create", "--sise", "1G")).isEqualTo(ExitCode.USAGE.number());
  }
}
