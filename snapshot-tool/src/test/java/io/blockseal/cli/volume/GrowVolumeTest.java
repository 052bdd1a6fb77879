package io.blockseal.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.DescribeVolumesModificationsResult;
import io.blockseal.aws.ec2.ModifyVolumeResult;
import io.blockseal.aws.ec2.VolumeModification;
import io.blockseal.aws.ec2.VolumeModificationState;
import io.blockseal.cli.ExitCode;
import io.blockseal.cli.Host;
import io.blockseal.cli.RecordingContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrowVolumeTest {
  private final RecordingContext context = new RecordingContext();
  private final Deque<VolumeModificationState> states = new ArrayDeque<>();

  @BeforeEach
  void scriptAModification() {
    context.answers.put("modifyVolume", request -> ModifyVolumeResult.builder().build());
    context.answers.put(
        "describeVolumesModifications",
        request ->
            DescribeVolumesModificationsResult.builder()
                .volumesModifications(
                    List.of(
                        VolumeModification.builder()
                            .volumeId("vol-1")
                            .modificationState(states.pop())
                            .statusMessage("the disk is full")
                            .targetSize(2)
                            .build()))
                .build());
    context.daemonAnswers.put("volumes/vol-1", Map.of("path", "/blk/vol-1"));
    context.loops =
        List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data")), "ext4"));
  }

  @Test
  void waitsForTheModificationAndGrowsTheLoopDevice() {
    states.add(VolumeModificationState.MODIFYING);
    states.add(VolumeModificationState.COMPLETED);
    assertThat(grow()).isZero();
    assertThat(states).isEmpty();
    assertThat(context.hostCalls).containsExactly("losetup -c /dev/loop3");
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("vol-1 has 2 GiB\n");
    assertThat(context.notes.toString()).contains("`resize2fs /dev/loop3`").contains("--resize");
  }

  @Test
  void growsTheFileSystemOnRequest() {
    states.add(VolumeModificationState.COMPLETED);
    assertThat(grow("--resize")).isZero();
    assertThat(context.hostCalls).containsExactly("losetup -c /dev/loop3", "resize2fs /dev/loop3");
    assertThat(context.notes.toString()).isEmpty();
  }

  @Test
  void growsNothingWhereTheFileSystemCannotFollow() {
    context.loops = List.of();
    assertThat(grow("--resize")).isEqualTo(ExitCode.FAILED.number());
    assertThat(context.requests).isEmpty();
    assertThat(context.notes.toString()).contains("vol-1 was not grown");
  }

  @Test
  void saysThatTheVolumeHasGrownWhereOnlyTheFileSystemHasNot() {
    states.add(VolumeModificationState.COMPLETED);
    context.failing.add("resize2fs");
    assertThat(grow("--resize")).isEqualTo(ExitCode.FAILED.number());
    assertThat(context.notes.toString())
        .contains("vol-1 has 2 GiB, but its file system does not fill it");
  }

  @Test
  void aFailedModificationIsARefusalWithItsReason() {
    states.add(VolumeModificationState.FAILED);
    assertThat(grow()).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.notes.toString()).contains("vol-1 was not grown: the disk is full");
    assertThat(context.out.toString()).isEmpty();
    assertThat(context.hostCalls).isEmpty();
  }

  @Test
  void aVolumeThatIsNotHereGrowsWithoutThisHost() {
    context.daemonAnswers.clear();
    states.add(VolumeModificationState.OPTIMIZING);
    assertThat(grow()).isZero();
    assertThat(context.hostCalls).isEmpty();
  }

  private int grow(String... options) {
    String[] line = new String[5 + options.length];
    System.arraycopy(new String[] {"volume", "grow", "vol-1", "--size", "2G"}, 0, line, 0, 5);
    System.arraycopy(options, 0, line, 5, options.length);
    return context.run(line);
  }
}
