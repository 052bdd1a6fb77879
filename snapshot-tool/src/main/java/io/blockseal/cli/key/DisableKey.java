package io.blockseal.cli.key;

import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Refuse every use of a key until it is enabled. Volumes already attached go on.
@Command(
    name = "disable",
    description = "Refuse every use of a key until it is enabled. Volumes already attached go on.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal key disable 1234abcd-…")
final class DisableKey implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  DisableKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.kms().disableKey(context.caller(), DisableKeyRequest.builder().keyId(key).build());
    context.output().done(Map.of("KeyId", key, "Disabled", true), key + " is disabled");
  }
}
