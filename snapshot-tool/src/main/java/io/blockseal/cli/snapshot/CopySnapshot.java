package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CopySnapshotResult;
import io.blockseal.cli.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Copy a snapshot: under the same key at once, under another key by encrypting it anew.
@Command(
    name = "copy",
    description =
        "Copy a snapshot: under the same key at once, under another key by encrypting it anew.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal snapshot copy snap-0123456789abcdef0 --kms-key-id alias/second --wait"})
final class CopySnapshot implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "SNAPSHOT", description = "Snapshot id.")
  private String snapshot = "";

  @Option(
      names = "--source-region",
      paramLabel = "REGION",
      description = "Where it is; this Region if not given.")
  private @Nullable String sourceRegion;

  @Option(names = "--encrypted", description = "Encrypt the copy of an unencrypted snapshot.")
  private boolean encrypted;

  @Option(
      names = "--kms-key-id",
      paramLabel = "KEY",
      description = "The key of the copy; the default key if not given.")
  private @Nullable String key;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(names = "--wait", description = "Wait until it is completed, showing progress.")
  private boolean wait;

  CopySnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    CopySnapshotRequest request =
        CopySnapshotRequest.builder()
            .sourceSnapshotId(snapshot)
            .sourceRegion(sourceRegion == null ? context.region() : sourceRegion)
            .destinationRegion(context.region())
            .encrypted((encrypted || key != null) ? true : null)
            .kmsKeyId(key)
            .description(description)
            .build();
    CopySnapshotResult answer =
        context
            .ec2()
            .copySnapshot(
                context.caller(),
                request.toBuilder().presignedUrl(context.presignedCopy(request)).build());
    String id = Objects.requireNonNull(answer.snapshotId());
    context.output().made(id);
    context.output().made(wait ? Snapshots.await(context, id) : answer);
  }
}
