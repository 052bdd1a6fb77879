package io.blockseal.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CopySnapshotResult;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsResult;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.cli.ExitCode;
import io.blockseal.cli.RecordingContext;
import io.blockseal.json.Json;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SnapshotCommandsTest {
  private final RecordingContext context = new RecordingContext();
  private SnapshotState state = SnapshotState.COMPLETED;

  @BeforeEach
  void scriptSnapshots() {
    context.answers.put(
        "describeSnapshots",
        request ->
            DescribeSnapshotsResult.builder()
                .snapshots(
                    List.of(
                        Snapshot.builder()
                            .snapshotId(
                                ((DescribeSnapshotsRequest) request)
                                    .snapshotIdsOrEmpty()
                                    .getFirst())
                            .state(state)
                            .stateMessage("its key refused")
                            .build()))
                .build());
    context.answers.put(
        "copySnapshot", request -> CopySnapshotResult.builder().snapshotId("snap-2").build());
  }

  @Test
  void waitPrintsOneJsonValueForAllSnapshots() {
    assertThat(context.run("snapshot", "wait", "snap-1", "snap-2", "--output", "json")).isZero();
    assertThat(Json.readObject(context.out.toString()).get("Snapshots"))
        .asInstanceOf(LIST)
        .hasSize(2);
  }

  @Test
  void waitPrintsALineForEachSnapshot() {
    context.run("snapshot", "wait", "snap-1", "snap-2");
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("snap-1\nsnap-2\n");
  }

  @Test
  void aSnapshotThatEndsInErrorWasRefusedByTheService() {
    state = SnapshotState.ERROR;
    assertThat(context.run("snapshot", "wait", "snap-1")).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.notes.toString()).contains("snap-1 ended in error: its key refused");
  }

  @Test
  void copyShowsItsIdBeforeItWaits() {
    state = SnapshotState.ERROR;
    context.run("snapshot", "copy", "snap-1", "--wait");
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("snap-2\n");
  }

  @Test
  void copyProvesToAwsThatItMayReadTheSource() {
    context.presigned = "https://ec2.eu-west-1.amazonaws.com/?Action=CopySnapshot";
    context.run("snapshot", "copy", "snap-1", "--source-region", "eu-west-1");
    assertThat(((CopySnapshotRequest) context.requests.getFirst()).presignedUrl())
        .isEqualTo(context.presigned);
  }
}
