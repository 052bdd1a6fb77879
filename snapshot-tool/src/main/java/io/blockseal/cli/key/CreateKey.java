package io.blockseal.cli.key;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Create a symmetric encryption key.
@Command(
    name = "create",
    description = "Create a symmetric encryption key.",
    footerHeading = "%nExamples:%n",
    footer = {"  blockseal key create --description \"database volumes\" --alias db --rotate"})
final class CreateKey implements Runnable {
  private final Context context;

  @Option(names = "--description", paramLabel = "TEXT", description = "What the key is for.")
  private @Nullable String description;

  @Option(
      names = "--alias",
      paramLabel = "NAME",
      description = "An alias for it, with or without the prefix alias/.")
  private @Nullable String alias;

  @Option(names = "--rotate", description = "Rotate it every year.")
  private boolean rotate;

  CreateKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    CreateKeyRequest request = CreateKeyRequest.builder().description(description).build();
    KeyMetadata key =
        Objects.requireNonNull(context.kms().createKey(context.caller(), request).keyMetadata());
    // First of all: whatever becomes of the rest, the key is there, and costs.
    context.output().show(key, () -> Table.facts().row(key.keyId()));
    try {
      furnish(key);
    } catch (AwsException refusal) {
      context
          .notes()
          .note("key %s was made, but not all that was asked for".formatted(key.keyId()));
      throw refusal;
    }
  }

  private void furnish(KeyMetadata key) {
    if (rotate) {
      context
          .kms()
          .enableKeyRotation(
              context.caller(), EnableKeyRotationRequest.builder().keyId(key.keyId()).build());
    }
    if (alias != null) {
      CreateAliasRequest naming =
          CreateAliasRequest.builder()
              .aliasName(Aliases.full(alias))
              .targetKeyId(key.keyId())
              .build();
      context.kms().createAlias(context.caller(), naming);
    }
  }
}
