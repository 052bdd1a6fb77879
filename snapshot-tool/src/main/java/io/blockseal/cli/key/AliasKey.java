package io.blockseal.cli.key;

import io.blockseal.aws.kms.AliasListEntry;
import io.blockseal.aws.kms.AlreadyExistsException;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.DeleteAliasRequest;
import io.blockseal.aws.kms.UpdateAliasRequest;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import io.blockseal.cli.Table;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Give a key an alias, move the alias to another key, or list all aliases.
@Command(
    name = "alias",
    description = "Give a key an alias, move the alias to another key, or list all aliases.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal key alias",
      "  blockseal key alias db 1234abcd-…",
      "  blockseal key alias db --delete"
    })
final class AliasKey implements Runnable {
  private final Context context;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The alias, with or without the prefix alias/.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KEY",
      description = "The key it shall stand for.")
  private @Nullable String key;

  @Option(names = "--delete", description = "Delete the alias; the key stays.")
  private boolean delete;

  AliasKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (name == null && delete) {
      throw CommandException.usage("which alias shall be deleted?");
    }
    if (name == null) {
      list();
    } else if (delete) {
      context
          .kms()
          .deleteAlias(
              context.caller(), DeleteAliasRequest.builder().aliasName(Aliases.full(name)).build());
      context.output().done("AliasName", Aliases.full(name));
    } else {
      point(Aliases.full(name));
    }
  }

  private void list() {
    List<AliasListEntry> aliases = Aliases.all(context);
    context
        .output()
        .show(
            Map.of("Aliases", aliases.stream().map(StructureJson::of).toList()),
            () -> {
              Table table = new Table("alias", "key");
              aliases.forEach(alias -> table.row(alias.aliasName(), alias.targetKeyId()));
              return table;
            });
  }

  private void point(String alias) {
    if (key == null) {
      throw CommandException.usage("which key shall %s stand for?".formatted(alias));
    }
    try {
      context
          .kms()
          .createAlias(
              context.caller(),
              CreateAliasRequest.builder().aliasName(alias).targetKeyId(key).build());
    } catch (AlreadyExistsException taken) {
      context
          .kms()
          .updateAlias(
              context.caller(),
              UpdateAliasRequest.builder().aliasName(alias).targetKeyId(key).build());
    }
    context
        .output()
        .done(Map.of("AliasName", alias, "TargetKeyId", key), alias + " stands for " + key);
  }
}
