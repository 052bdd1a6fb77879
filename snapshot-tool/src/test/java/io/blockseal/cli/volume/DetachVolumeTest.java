package io.blockseal.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.cli.ExitCode;
import io.blockseal.cli.Host;
import io.blockseal.cli.RecordingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DetachVolumeTest {
  private final RecordingContext context = new RecordingContext();

  @BeforeEach
  void scriptAMountedVolume() {
    context.answers.put("detachVolume", request -> VolumeAttachment.builder().build());
    context.answers.put(
        "describeVolumes",
        request ->
            DescribeVolumesResult.builder()
                .volumes(
                    List.of(
                        Volume.builder().volumeId("vol-1").state(VolumeState.AVAILABLE).build()))
                .build());
    context.daemonAnswers.put("volumes/vol-1", Map.of("path", "/blk/vol-1"));
    context.loops =
        List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data")), "ext4"));
  }

  @Test
  void aBusyMountKeepsTheVolumeAttached() {
    context.failing.add("umount /mnt/data");
    assertThat(context.run("volume", "detach", "vol-1")).isEqualTo(ExitCode.FAILED.number());
    assertThat(context.requests).isEmpty();
    assertThat(context.notes.toString()).contains("stays attached").contains("--force");
  }

  @Test
  void forceUnmountsLazilyAndDetachesByForce() {
    assertThat(context.run("volume", "detach", "vol-1", "--force")).isZero();
    assertThat(context.hostCalls).containsExactly("umount -l /mnt/data", "losetup -d /dev/loop3");
    assertThat(context.requests).contains(byForce());
  }

  @Test
  void forceDetachesWhateverTheLoopDeviceSays() {
    context.failing.add("losetup -d");
    assertThat(context.run("volume", "detach", "vol-1", "--force")).isZero();
    assertThat(context.requests).contains(byForce());
    assertThat(context.notes.toString())
        .isEqualToNormalizingNewlines("note: `losetup -d /dev/loop3` failed\n");
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("vol-1 is detached\n");
  }

  @Test
  void whatADetachLeftInTheJournalIsTold() {
    context.answers.put(
        "detachVolume",
        request -> {
          context.daemonAnswers.put(
              "volumes/vol-1",
              Map.of(
                  "path",
                  "/blk/vol-1",
                  "explanation",
                  "DetachVolume failed: No space left on device",
                  "lastFailure",
                  Map.of("action", "DetachVolume", "time", "2026-01-02T03:04:05Z")));
          return VolumeAttachment.builder().build();
        });
    assertThat(context.run("volume", "detach", "vol-1")).isZero();
    assertThat(context.notes.toString())
        .isEqualToNormalizingNewlines("note: DetachVolume failed: No space left on device\n");
    assertThat(context.run("volume", "detach", "vol-1")).isZero();
    assertThat(context.notes.toString()).containsOnlyOnce("note:");
  }

  @Test
  void anUnknownVolumeIsTheServicesRefusal() {
    context.daemonRefusals.put(
        "volumes/vol-unknown",
        AwsException.sender("InvalidVolume.NotFound", 404, "'vol-unknown' does not exist"));
    assertThat(context.run("volume", "detach", "vol-unknown")).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.notes.toString())
        .contains("error: InvalidVolume.NotFound: 'vol-unknown' does not exist");
  }

  @Test
  void aVolumeOfAnotherHostIsDetachedThere() {
    context.length = OptionalLong.empty();
    assertThat(context.run("volume", "detach", "vol-1")).isZero();
    assertThat(context.hostCalls).isEmpty();
  }

  @Test
  void aVolumeOfAwsIsDetachedThere() {
    context.daemonAnswers.clear();
    assertThat(context.run("volume", "detach", "vol-1")).isZero();
    assertThat(context.hostCalls).isEmpty();
  }

  private static DetachVolumeRequest byForce() {
    return DetachVolumeRequest.builder().volumeId("vol-1").force(true).build();
  }
}
