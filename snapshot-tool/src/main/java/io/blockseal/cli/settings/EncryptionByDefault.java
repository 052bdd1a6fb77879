package io.blockseal.cli.settings;

import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultRequest;
import io.blockseal.cli.Context;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Turn encryption of every new volume on or off.
@Command(
    name = "encryption-by-default",
    description = "Turn encryption of every new volume on or off.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal settings encryption-by-default on")
final class EncryptionByDefault implements Runnable {
  private final Context context;

  enum Switch {
    on,
    off
  }

  @Parameters(paramLabel = "on|off", description = "${COMPLETION-CANDIDATES}")
  private Switch position = Switch.on;

  EncryptionByDefault(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (position == Switch.on) {
      context
          .ec2()
          .enableEbsEncryptionByDefault(
              context.caller(), EnableEbsEncryptionByDefaultRequest.builder().build());
    } else {
      context
          .ec2()
          .disableEbsEncryptionByDefault(
              context.caller(), DisableEbsEncryptionByDefaultRequest.builder().build());
    }
    context
        .output()
        .done(
            Map.of("EbsEncryptionByDefault", position == Switch.on),
            "encryption by default is " + position);
  }
}
