package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.cli.Context;
import io.blockseal.cli.Tags;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Take a snapshot of a volume, attached or not, as it is at this moment.
@Command(
    name = "create",
    description = "Take a snapshot of a volume, attached or not, as it is at this moment.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal snapshot create vol-0123456789abcdef0 --description nightly --wait"})
final class CreateSnapshot implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      converter = Tags.Converter.class,
      description = "A tag; may be given again.")
  private List<Tag> tags = List.of();

  @Option(names = "--wait", description = "Wait until it is completed, showing progress.")
  private boolean wait;

  CreateSnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    CreateSnapshotRequest request =
        CreateSnapshotRequest.builder()
            .volumeId(volume)
            .description(description)
            .tagSpecifications(Tags.specification(ResourceType.SNAPSHOT, tags))
            .build();
    Snapshot snapshot = context.ec2().createSnapshot(context.caller(), request);
    String id = Objects.requireNonNull(snapshot.snapshotId());
    context.output().made(id);
    context.output().made(wait ? Snapshots.await(context, id) : snapshot);
  }
}
