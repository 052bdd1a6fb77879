package io.blockseal.daemon;

import io.blockseal.aws.sigv4.AccessKey;
import io.blockseal.iam.AccessKeys.Description;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes, lists and deletes access keys, and with them accounts, while no daemon runs. The way back
/// in when the last key is lost; a running daemon has `/_blockseal/access-keys`.
@Command(
    name = "access-key",
    description = "Make, list and delete access keys while the daemon is stopped.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald access-key create --data DIR",
      "  blockseald access-key create --data DIR --account 210987654321   # a second account",
      "  blockseald access-key delete --data DIR AKIA…"
    })
final class AccessKeyCommand {
  private AccessKeyCommand() {}

  static CommandLine table(Map<String, String> environment) {
    return new CommandLine(new AccessKeyCommand())
        .addSubcommand(new Create(environment))
        .addSubcommand(new Listing(environment))
        .addSubcommand(new Delete(environment));
  }

  @Command(
      name = "create",
      description = "Make an access key, and its account if there is none yet, and print the key.")
  private static final class Create extends VaultCommand {
    @Option(
        names = "--account",
        paramLabel = "ID",
        defaultValue = "123456789012",
        description = "Twelve digits; ${DEFAULT-VALUE} if not given.")
    private String account = "";

    Create(Map<String, String> environment) {
      super(environment);
    }

    @Override
    void make(Vault vault, PrintWriter out) {
      vault.accounts().create(account);
      AccessKey key = vault.accessKeys().create(account);
      out.println("aws_access_key_id = " + key.accessKeyId());
      out.println("aws_secret_access_key = " + key.secretAccessKey());
    }
  }

  @Command(name = "list", description = "List the accounts and their access keys.")
  private static final class Listing extends VaultCommand {
    Listing(Map<String, String> environment) {
      super(environment);
    }

    @Override
    void make(Vault vault, PrintWriter out) {
      for (String account : vault.accounts().list()) {
        for (Description key : vault.accessKeys().list(account)) {
          out.printf(
              "%s  %s  %s%n", account, key.accessKeyId(), key.active() ? "active" : "inactive");
        }
      }
    }
  }

  @Command(name = "delete", description = "Delete an access key.")
  private static final class Delete extends VaultCommand {
    @Parameters(paramLabel = "KEY", description = "Its id, AKIA….")
    private String key = "";

    Delete(Map<String, String> environment) {
      super(environment);
    }

    @Override
    void make(Vault vault, PrintWriter out) throws IOException {
      if (vault.accessKeys().find(key).isEmpty()) {
        throw new IOException("there is no access key " + key);
      }
      vault.accessKeys().delete(key);
    }
  }
}
