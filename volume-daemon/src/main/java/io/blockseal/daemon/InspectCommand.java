package io.blockseal.daemon;

import io.blockseal.json.Json;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows what a volume file says without any key, and mends its header.
@Command(
    name = "inspect",
    description = "Show what a volume file says about itself; no key is needed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald inspect /var/lib/blockseal/volumes/123456789012/us-east-1/vol-….blockseal",
      "  blockseald inspect --repair FILE     # while no daemon has it open"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:sound, or repaired", "1:damaged, or it could not be read"})
final class InspectCommand implements Callable<Integer> {
  private enum Format {
    text,
    json
  }

  @Parameters(paramLabel = "FILE", description = "A volume file, vol-….blockseal.")
  private Path file = Path.of("");

  @Option(
      names = "--repair",
      description = "Rewrite a damaged or outdated copy of the header from the good one.")
  private boolean repair;

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "For people or for scripts; text if not given.")
  private Format output = Format.text;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    VolumeInspection found = VolumeInspection.of(file);
    boolean sound = found.problems().isEmpty();
    if (!sound && repair) {
      found.repair();
    }
    Map<String, @Nullable Object> facts = facts(found, repair);
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    out.print(output == Format.json ? Json.writePretty(facts) + "\n" : text(facts));
    out.flush();
    return sound || repair ? 0 : 1;
  }

  private static Map<String, @Nullable Object> facts(VolumeInspection found, boolean repaired) {
    VolumeHeader header = found.header().header();
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("file", found.file().toString());
    facts.put("volumeId", header.volumeId());
    facts.put("sizeBytes", header.sizeBytes());
    facts.put("cipher", header.cipher().name());
    facts.put("unitBytes", header.unitBytes());
    facts.put("chunkBytes", header.chunkBytes());
    facts.put("kmsKeyArn", header.kmsKeyArn());
    facts.put("encryptedDataKey", header.encryptedDataKey());
    facts.put("encryptionContext", header.encryptionContext());
    facts.put("lineageId", header.lineageId());
    facts.put("sourceSnapshotId", header.sourceSnapshotId());
    facts.put("sequence", header.sequence());
    for (HeaderCopy copy : HeaderCopy.values()) {
      String problem = found.problems().get(copy);
      String state = problem == null ? "valid" : repaired ? "rewritten (" + problem + ")" : problem;
      facts.put("headerCopy" + copy, state);
    }
    facts.put("epochs", found.epochs());
    facts.put("journalBytes", found.journalBytes());
    return facts;
  }

  private static String text(Map<String, @Nullable Object> facts) {
    StringBuilder text = new StringBuilder();
    facts.forEach(
        (name, value) -> {
          if (value != null) {
            text.append("%-18s %s%n".formatted(name, value));
          }
        });
    return text.toString();
  }
}
