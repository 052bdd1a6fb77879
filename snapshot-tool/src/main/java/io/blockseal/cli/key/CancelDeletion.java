package io.blockseal.cli.key;

import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Take a scheduled deletion back. The key is then disabled.
@Command(
    name = "cancel-deletion",
    description = "Take a scheduled deletion back. The key is then disabled.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal key cancel-deletion 1234abcd-…")
final class CancelDeletion implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  CancelDeletion(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context
        .kms()
        .cancelKeyDeletion(context.caller(), CancelKeyDeletionRequest.builder().keyId(key).build());
    context
        .output()
        .done(
            Map.of("KeyId", key), key + " will not be deleted; it is disabled until `key enable`");
  }
}
