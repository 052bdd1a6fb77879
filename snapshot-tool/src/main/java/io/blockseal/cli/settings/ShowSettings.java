package io.blockseal.cli.settings;

import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultRequest;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;

/// Show whether new volumes are encrypted, and under which key.
@Command(
    name = "show",
    description = "Show whether new volumes are encrypted, and under which key.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal settings show", "  blockseal settings show --region eu-west-1"})
final class ShowSettings implements Runnable {
  private final Context context;

  ShowSettings(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    boolean encrypted =
        Boolean.TRUE.equals(
            context
                .ec2()
                .getEbsEncryptionByDefault(
                    context.caller(), GetEbsEncryptionByDefaultRequest.builder().build())
                .ebsEncryptionByDefault());
    String key =
        Objects.requireNonNullElse(
            context
                .ec2()
                .getEbsDefaultKmsKeyId(
                    context.caller(), GetEbsDefaultKmsKeyIdRequest.builder().build())
                .kmsKeyId(),
            "alias/aws/ebs");
    context
        .output()
        .show(
            Map.of("EbsEncryptionByDefault", encrypted, "KmsKeyId", key),
            () ->
                Table.facts()
                    .row("encryption by default", encrypted ? "on" : "off")
                    .row("default key", key));
  }
}
