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
import io.blockseal.cli.RecordingContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VolumeCommandsTest {
  private final RecordingContext context = new RecordingContext();
  private VolumeState state = VolumeState.IN_USE;
  private boolean attached;

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
                            .attachments(attachments())
                            .build()))
                .build());
    context.answers.put(
        "attachVolume",
        request -> {
          attached = true;
          return VolumeAttachment.builder().volumeId("vol-1").build();
        });
    context.answers.put(
        "detachVolume", request -> VolumeAttachment.builder().volumeId("vol-1").build());
    context.daemonAnswers.put(
        "volumes/vol-1", Map.of("path", "/blk/vol-1", "explanation", "The key is disabled."));
  }

  private List<VolumeAttachment> attachments() {
    return attached
        ? List.of(
            VolumeAttachment.builder()
                .device("/dev/sdf")
                .state(VolumeAttachmentState.ATTACHED)
                .build())
        : List.of();
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
  void attachAcceptsARollbackBeforeItAttaches() {
    context.daemonAnswers.put("volumes/vol-1/accept-rollback", Map.of("accepted", true));
    assertThat(context.run("volume", "attach", "vol-1", "--accept-rollback")).isZero();
    assertThat(context.requests)
        .filteredOn(
            request ->
                request.equals(Map.of("volumes/vol-1/accept-rollback", Map.of()))
                    || request instanceof AttachVolumeRequest)
        .hasSize(2)
        .last()
        .isInstanceOf(AttachVolumeRequest.class);
    assertThat(context.notes.toString()).contains("attached as the older copy");
    context.run("volume", "attach", "vol-1");
    assertThat(context.requests)
        .containsOnlyOnce(Map.of("volumes/vol-1/accept-rollback", Map.of()));
  }

  @Test
  void attachSaysThatThereWasNothingToAccept() {
    assertThat(context.run("volume", "attach", "vol-1", "--accept-rollback")).isZero();
    assertThat(context.notes.toString()).contains("there was nothing to accept");
  }

  @Test
  void explainTellsOfTheRollbacksThatWereAccepted() {
    context.daemonAnswers.put(
        "volumes/vol-1",
        Map.of(
            "acceptedRollbacks",
            List.of(Map.of("time", "2026-01-01T00:00:00Z", "by", "arn", "accessKeyId", "AKIA"))));
    assertThat(context.run("volume", "explain", "vol-1")).isZero();
    assertThat(context.out.toString())
        .isEqualToNormalizingNewlines(
            """
            Nothing was refused so far.
            An older copy was let pass at 2026-01-01T00:00:00Z by arn with access key AKIA.
            """);
  }

  @Test
  void showTellsPeopleInRowsWhatScriptsGetInParts() {
    context.daemonAnswers.put(
        "volumes/vol-1",
        Map.of(
            "cipher",
            "AES_256_GCM",
            "explanation",
            "The key is disabled.",
            "lastFailure",
            Map.of("action", "AttachVolume"),
            "acceptedRollbacks",
            List.of(Map.of("found", Map.of("epoch", 1)))));
    assertThat(context.run("volume", "show", "vol-1")).isZero();
    assertThat(context.out.toString())
        .containsPattern("cipher +AES_256_GCM\n")
        .containsPattern("explanation +The key is disabled.\n")
        .containsPattern("acceptedRollbacks +found epoch 1\n")
        .doesNotContain("lastFailure");
    assertThat(context.run("volume", "show", "vol-1", "--output", "json")).isZero();
    assertThat(context.out.toString()).contains("\"action\"");
  }

  @Test
  void attachTakesTheNextFreeDeviceName() {
    attached = true;
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
    assertThat(context.hostCalls).containsExactly("mkfs.ext4 by force /blk/vol-1");
  }

  @Test
  void attachMountsOverNoFiles() {
    context.occupied.add(Path.of("/mnt/data"));
    assertThat(context.run("volume", "attach", "vol-1", "--mkfs", "ext4", "--mount", "/mnt/data"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).isEmpty();
    assertThat(context.notes.toString())
        .startsWith("error: /mnt/data is not empty, so vol-1 was not mounted")
        .contains("The volume is attached.");
  }

  @Test
  void attachFindsTheFilesOfAVolumeThatIsMountedThereItself() {
    context.loops =
        List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data")), "ext4"));
    context.occupied.add(Path.of("/mnt/data"));
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/data")).isZero();
    assertThat(context.notes.toString()).contains("is mounted on /mnt/data already");
  }

  @Test
  void aFailedMountLeavesNoLoopDevice() {
    context.content = "ext4";
    context.failing.add("mount");
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/data"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).containsExactly("losetup /blk/vol-1", "losetup -d /dev/loop7");
  }

  @Test
  void detachUnmountsAndReleasesLoopsFirst() {
    state = VolumeState.AVAILABLE;
    context.loops =
        List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data")), "ext4"));
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
  void createTakesTagsLetterByLetterAndSaysNothingOfThem() {
    context.answers.put("createVolume", request -> Volume.builder().volumeId("vol-2").build());
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      String[] tags = {"a=\"<&>é", "b='c=\"d\"", "\"e\"=", "f=g", "f=h,i=j"};
      String line = "volume create --size 1G --output json --tag " + String.join(" --tag ", tags);
      assertThat(context.run(line.split(" ", -1))).isZero();
    } finally {
      System.setErr(before);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    CreateVolumeRequest request = (CreateVolumeRequest) context.requests.getFirst();
    assertThat(request.tagSpecificationsOrEmpty().getFirst().tagsOrEmpty())
        .containsExactly(
            tag("a", "\"<&>é"), tag("b", "'c=\"d\""), tag("\"e\"", ""), tag("f", "h,i=j"));
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  @Test
  void createRefusesATagWithoutAKey() {
    for (String tag : List.of("", "=value", "name")) {
      assertThat(context.run("volume", "create", "--size", "1G", "--tag", tag))
          .isEqualTo(ExitCode.USAGE.number());
    }
    assertThat(context.notes.toString()).contains("'name' is not a tag: KEY=VALUE is");
    assertThat(context.requests).isEmpty();
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
    context.run("volume", "list", "--output", "json");
    assertThat(context.out.toString())
        .contains("\"VolumeId\" : \"vol-1\"")
        .contains("\"State\" : \"in-use\"");
  }

  @Test
  void aWrongCommandLineSaysWhatIsWrong() {
    assertThat(context.run("volume", "create", "--sise", "1G")).isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void attachGoesOnWithAVolumeThatIsAttachedAlready() {
    attached = true;
    context.content = "ext4";
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/data")).isZero();
    assertThat(context.requests).noneMatch(AttachVolumeRequest.class::isInstance);
    assertThat(context.hostCalls)
        .containsExactly("losetup /blk/vol-1", "mount /dev/loop7 /mnt/data");
    assertThat(context.notes.toString()).contains("vol-1 is attached already");
  }

  @Test
  void attachMountsThroughTheLoopDeviceThatIsThere() {
    context.loops = List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/a")), "ext4"));
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/b")).isZero();
    assertThat(context.hostCalls).containsExactly("mount /dev/loop3 /mnt/b");
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/a")).isZero();
    assertThat(context.hostCalls).hasSize(1);
    assertThat(context.notes.toString()).contains("vol-1 is mounted on /mnt/a already");
  }

  @Test
  void attachMakesNoFileSystemUnderAMountedOne() {
    context.loops = List.of(new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/a")), "ext4"));
    assertThat(context.run("volume", "attach", "vol-1", "--mkfs", "xfs", "--force"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).isEmpty();
    assertThat(context.notes.toString()).contains("in use through /dev/loop3");
  }

  @Test
  void attachDoesNotTryToMountAnEmptyVolume() {
    assertThat(context.run("volume", "attach", "vol-1", "--mount", "/mnt/data"))
        .isEqualTo(ExitCode.FAILED.number());
    assertThat(context.hostCalls).isEmpty();
    assertThat(context.notes.toString()).contains("--mkfs ext4");
  }

  @Test
  void attachNeedsNoFileOnAws() {
    context.daemonAnswers.clear();
    assertThat(context.run("volume", "attach", "vol-1")).isZero();
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("vol-1\n");
  }

  @Test
  void createThatTheKeyRefusesIsARefusal() {
    context.answers.put("createVolume", request -> Volume.builder().volumeId("vol-1").build());
    context.answers.put(
        "describeVolumes",
        request -> {
          throw AwsException.sender("InvalidVolume.NotFound", 400, "gone");
        });
    assertThat(context.run("volume", "create", "--size", "1G", "--encrypted", "--wait"))
        .isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("vol-1\n");
    assertThat(context.notes.toString()).contains("vol-1 is gone").contains("The key is disabled.");
  }

  @Test
  void explainRefusesAVolumeThatNeverWas() {
    context.daemonRefusals.put(
        "volumes/a%20b%2Fc", AwsException.sender("InvalidVolume.NotFound", 404, "no such volume"));
    assertThat(context.run("volume", "explain", "a b/c")).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.out.toString()).isEmpty();
  }

  @Test
  void explainSaysWhereNothingWasRefused() {
    context.daemonAnswers.put("volumes/vol-1", Map.of("state", "available"));
    assertThat(context.run("volume", "explain", "vol-1")).isZero();
    assertThat(context.out.toString())
        .isEqualToNormalizingNewlines("Nothing was refused so far.\n");
  }
}
