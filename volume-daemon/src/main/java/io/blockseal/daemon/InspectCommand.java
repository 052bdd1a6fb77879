package io.blockseal.daemon;

import io.blockseal.json.Json;
import io.blockseal.volume.engine.VolumeInspector;
import io.blockseal.volume.engine.VolumeReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows what the files of a volume say without any key, and mends what can be mended without one.
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
      description = "Rewrite a damaged copy of the header or epoch table from the good one.")
  private boolean repair;

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "For people or for scripts; text if not given.")
  private Format output = Format.text;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requireRegularFile();
    List<String> repairs = repair ? VolumeInspector.repair(file) : List.of();
    VolumeReport report = VolumeInspector.inspect(file);
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    out.print(output == Format.json ? report.toJson() + "\n" : text(report, repairs));
    out.flush();
    return report.sound() ? 0 : 1;
  }

  /// Opening a FIFO would wait for somebody to write to it, and a device is no volume either. A
  /// missing file is told as such where it is opened.
  private void requireRegularFile() throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is no regular file, as the file of a volume is");
    }
  }

  private String text(VolumeReport report, List<String> repairs) {
    StringBuilder text = new StringBuilder();
    line(text, "file", file);
    String header = report.header();
    if (header != null) {
      Json.readObject(header).forEach((name, value) -> line(text, name, value));
    }
    for (VolumeReport.Header copy : report.headers()) {
      line(
          text,
          "headerCopy" + copy.copy(),
          copy.defect() == null ? "valid, sequence " + copy.sequence() : copy.defect());
    }
    epochs(text, report.epochs());
    journal(text, report.waiting());
    line(text, "changesNoted", report.changesNoted());
    for (String repaired : repairs) {
      line(text, "repaired", repaired);
    }
    return text.toString();
  }

  private static void epochs(StringBuilder text, VolumeReport.@Nullable Epochs epochs) {
    if (epochs == null) {
      return;
    }
    if (epochs.defect() != null) {
      line(text, "epochs", epochs.defect());
      return;
    }
    line(
        text,
        "epochs",
        "%d, %s%s"
            .formatted(
                epochs.count(),
                epochs.closedProperly() ? "closed properly" : "not closed: the journal counts",
                epochs.copiesEqual() ? "" : "; one copy of the table is damaged"));
  }

  private static void journal(StringBuilder text, VolumeReport.@Nullable Journal journal) {
    if (journal == null) {
      return;
    }
    if (journal.defect() != null) {
      line(text, "journal", journal.defect());
      return;
    }
    line(text, "journal", journal.sizeBytes() + " bytes");
    for (VolumeReport.Segment segment : journal.segments()) {
      line(
          text,
          "journalSegment" + segment.number(),
          "epoch %d, %d bytes: %d units of data, %d records, %d discarded"
              .formatted(
                  segment.epoch(),
                  segment.usedBytes(),
                  segment.dataUnits(),
                  segment.recordUnits(),
                  segment.discardedUnits()));
    }
  }

  private static void line(StringBuilder text, String name, @Nullable Object value) {
    text.append("%-18s %s%n".formatted(name, value));
  }
}
