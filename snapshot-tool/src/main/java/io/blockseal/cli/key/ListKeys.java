package io.blockseal.cli.key;

import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.KeyListEntry;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.ListKeysResponse;
import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import io.blockseal.cli.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;

/// List the keys of this account and Region.
@Command(
    name = "list",
    description = "List the keys of this account and Region.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal key list", "  blockseal key list --output json"})
final class ListKeys implements Runnable {
  private final Context context;

  ListKeys(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    List<KeyMetadata> keys = new ArrayList<>();
    String marker = null;
    do {
      ListKeysResponse page =
          context
              .kms()
              .listKeys(context.caller(), ListKeysRequest.builder().marker(marker).build());
      for (KeyListEntry entry : page.keysOrEmpty()) {
        keys.add(describe(Objects.requireNonNull(entry.keyId())));
      }
      marker = page.nextMarker();
    } while (marker != null);
    Map<String, String> aliases = Aliases.byKey(context);
    context
        .output()
        .show(
            Map.of("Keys", keys.stream().map(StructureJson::of).toList()),
            () -> table(keys, aliases));
  }

  private KeyMetadata describe(String keyId) {
    return Objects.requireNonNull(
        context
            .kms()
            .describeKey(context.caller(), DescribeKeyRequest.builder().keyId(keyId).build())
            .keyMetadata());
  }

  private static Table table(List<KeyMetadata> keys, Map<String, String> aliases) {
    Table table = new Table("key", "state", "managed by", "created", "alias", "description");
    for (KeyMetadata key : keys) {
      table.row(
          key.keyId(),
          key.keyState(),
          key.keyManager(),
          key.creationDate(),
          aliases.get(key.keyId()),
          key.description());
    }
    return table;
  }
}
