package io.blockseal.cli.key;

import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Show one key: its state, rotation and dates.
@Command(
    name = "show",
    description = "Show one key: its state, rotation and dates.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal key show alias/db", "  blockseal key show 1234abcd-…"})
final class ShowKey implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "KEY", description = "Key id or ARN, alias name or alias ARN.")
  private String key = "";

  ShowKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    KeyMetadata metadata =
        Objects.requireNonNull(
            context
                .kms()
                .describeKey(context.caller(), DescribeKeyRequest.builder().keyId(key).build())
                .keyMetadata());
    context.output().show(metadata, () -> table(metadata));
  }

  private static Table table(KeyMetadata key) {
    return Table.facts()
        .fact("key", key.keyId())
        .fact("ARN", key.arn())
        .fact("state", key.keyState())
        .fact("description", key.description())
        .fact("managed by", key.keyManager())
        .fact("created", key.creationDate())
        .fact("deleted on", key.deletionDate())
        .fact("key material", key.currentKeyMaterialId());
  }
}
