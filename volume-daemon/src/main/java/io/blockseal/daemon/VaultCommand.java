package io.blockseal.daemon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What the commands have in common that do something to the vault of a data directory: they need
/// one that no daemon has open.
abstract class VaultCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The passphrase of the root of trust, if it has one.")
  private @Nullable Path passphraseFile;

  @Spec private @Nullable CommandSpec spec;

  VaultCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  abstract void make(Vault vault, PrintWriter out) throws IOException;

  @Override
  public Integer call() throws Exception {
    DataDirectory directory = data.directory(environment);
    directory.requireInitialised();
    Path phrase =
        passphraseFile == null
            ? Configuration.load(directory, environment, Map.of()).passphraseFile()
            : passphraseFile;
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (InstanceLock lock = InstanceLock.take(directory);
        Vault vault = Vault.open(directory, phrase, new SecureRandom())) {
      make(vault, out);
    }
    out.flush();
    return 0;
  }
}
