package io.blockseal.cli.key;

import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Let a disabled key be used again.
@Command(
    name = "enable",
    description = "Let a disabled key be used again.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal key enable 1234abcd-…")
final class EnableKey implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  EnableKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.kms().enableKey(context.caller(), EnableKeyRequest.builder().keyId(key).build());
    context.output().done(Map.of("KeyId", key, "Enabled", true), key + " is enabled");
  }
}
