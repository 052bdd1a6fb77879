package io.blockseal.cli.key;

import io.blockseal.aws.kms.DisableKeyRotationRequest;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusResponse;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Show or set the yearly (or other) rotation of a key.
@Command(
    name = "rotation",
    description = "Show or set the yearly (or other) rotation of a key.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal key rotation 1234abcd-… --on --days 180"})
final class KeyRotation implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN.")
  private String key = "";

  @Option(names = "--on", description = "Turn automatic rotation on.")
  private boolean on;

  @Option(names = "--off", description = "Turn automatic rotation off.")
  private boolean off;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "The period: 90 to 2560 days; 365 if not given.")
  private @Nullable Integer days;

  KeyRotation(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (on && off) {
      throw CommandException.usage("--on and --off exclude each other");
    }
    if (on || (days != null && !off)) {
      EnableKeyRotationRequest request =
          EnableKeyRotationRequest.builder().keyId(key).rotationPeriodInDays(days).build();
      context.kms().enableKeyRotation(context.caller(), request);
    }
    if (off) {
      context
          .kms()
          .disableKeyRotation(
              context.caller(), DisableKeyRotationRequest.builder().keyId(key).build());
    }
    GetKeyRotationStatusResponse status =
        context
            .kms()
            .getKeyRotationStatus(
                context.caller(), GetKeyRotationStatusRequest.builder().keyId(key).build());
    context
        .output()
        .show(
            status,
            () ->
                Table.facts()
                    .fact(
                        "rotation", Boolean.TRUE.equals(status.keyRotationEnabled()) ? "on" : "off")
                    .fact("period in days", status.rotationPeriodInDays())
                    .fact("next", status.nextRotationDate()));
  }
}
