package io.blockseal.cli.key;

import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionResponse;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Delete a key after a waiting period of 7 to 30 days. It is unusable at once.
@Command(
    name = "schedule-deletion",
    description = "Delete a key after a waiting period of 7 to 30 days. It is unusable at once.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal key schedule-deletion 1234abcd-… --days 7")
final class ScheduleDeletion implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  @Option(names = "--days", paramLabel = "N", description = "The waiting period; 30 if not given.")
  private @Nullable Integer days;

  ScheduleDeletion(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    ScheduleKeyDeletionResponse answer =
        context
            .kms()
            .scheduleKeyDeletion(
                context.caller(),
                ScheduleKeyDeletionRequest.builder().keyId(key).pendingWindowInDays(days).build());
    context
        .output()
        .show(
            answer, () -> Table.facts().row(key + " will be deleted on " + answer.deletionDate()));
  }
}
