package io.blockseal.cli.key;

import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Rotate a key now: new data keys are wrapped by new key material, old ones still open.
@Command(
    name = "rotate",
    description =
        "Rotate a key now: new data keys are wrapped by new key material, old ones still open.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal key rotate 1234abcd-…")
final class RotateKey implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  RotateKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context
        .kms()
        .rotateKeyOnDemand(context.caller(), RotateKeyOnDemandRequest.builder().keyId(key).build());
    context.output().done(Map.of("KeyId", key, "Rotated", true), key + " is rotated");
  }
}
