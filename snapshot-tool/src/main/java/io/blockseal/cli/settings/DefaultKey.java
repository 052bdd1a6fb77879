package io.blockseal.cli.settings;

import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdRequest;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Set the key of volumes that name none, or go back to alias/aws/ebs.
@Command(
    name = "default-key",
    description = "Set the key of volumes that name none, or go back to alias/aws/ebs.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal settings default-key alias/db",
      "  blockseal settings default-key --reset"
    })
final class DefaultKey implements Runnable {
  private final Context context;

  @Parameters(arity = "0..1", paramLabel = "KEY", description = "Key id, ARN or alias.")
  private @Nullable String key;

  @Option(names = "--reset", description = "Go back to the AWS-managed key alias/aws/ebs.")
  private boolean reset;

  DefaultKey(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    if (reset == (key != null)) {
      throw CommandException.usage("name a key, or say --reset");
    }
    String now =
        reset
            ? context
                .ec2()
                .resetEbsDefaultKmsKeyId(
                    context.caller(), ResetEbsDefaultKmsKeyIdRequest.builder().build())
                .kmsKeyId()
            : context
                .ec2()
                .modifyEbsDefaultKmsKeyId(
                    context.caller(),
                    ModifyEbsDefaultKmsKeyIdRequest.builder().kmsKeyId(key).build())
                .kmsKeyId();
    context.output().done("KmsKeyId", Objects.requireNonNull(now));
  }
}
