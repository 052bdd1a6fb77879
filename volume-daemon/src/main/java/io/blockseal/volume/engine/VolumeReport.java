package io.blockseal.volume.engine;

import io.blockseal.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What [VolumeInspector] found in the files of a volume, whose authenticity nobody has checked.
/// Immutable.
///
/// @param headers both header copies
/// @param header the JSON part of the newest valid copy, as it stands; null if there is none
/// @param epochs null unless the cipher is GCM
/// @param journal null unless the cipher is GCM
/// @param changesNoted whether there is a note of the chunks that changed since the last snapshot
public record VolumeReport(
    List<Header> headers,
    @Nullable String header,
    @Nullable Epochs epochs,
    @Nullable Journal journal,
    boolean changesNoted) {
  /// One header copy.
  ///
  /// @param copy `A` or `B`
  /// @param sequence null if the copy is no good
  /// @param defect what is wrong with it; null if it is good
  public record Header(
      String copy, long offset, @Nullable Long sequence, @Nullable String defect) {}

  /// The epoch table.
  ///
  /// @param count how often the volume was opened for writing, and its ancestors before
  /// @param closedProperly whether nothing waits in the journal
  /// @param copiesEqual whether both copies of the table are good
  /// @param defect why it cannot be read; null if it can
  public record Epochs(
      int count, boolean closedProperly, boolean copiesEqual, @Nullable String defect) {}

  /// The journal file.
  ///
  /// @param defect why it cannot be read; null if it can
  public record Journal(long sizeBytes, List<Segment> segments, @Nullable String defect) {
    public Journal {
      segments = List.copyOf(segments);
    }
  }

  /// One segment of the journal. What is in it counts only if the last epoch was not closed
  /// properly.
  ///
  /// @param usedBytes of its entries
  /// @param dataUnits units whose content waits to go home
  /// @param recordUnits units whose records wait to go home
  /// @param discardedUnits units that wait to be unwritten
  public record Segment(
      long number,
      int epoch,
      int usedBytes,
      long dataUnits,
      long recordUnits,
      long discardedUnits) {}

  public VolumeReport {
    headers = List.copyOf(headers);
  }

  /// Whether the volume can be opened and nothing is to be repaired.
  public boolean sound() {
    return headers.stream().allMatch(copy -> copy.defect() == null)
        && (epochs == null || (epochs.defect() == null && epochs.copiesEqual()))
        && Optional.ofNullable(waiting()).map(Journal::defect).isEmpty();
  }

  /// The journal, if something in it may wait to go home.
  public @Nullable Journal waiting() {
    return epochs != null && epochs.closedProperly() ? null : journal;
  }

  /// This report as JSON, for people.
  public String toJson() {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("headerCopies", headers.stream().map(VolumeReport::json).toList());
    report.put("header", header == null ? null : Json.read(header));
    if (epochs != null) {
      report.put("epochs", json(epochs));
    }
    if (journal != null) {
      report.put("journal", json(journal));
    }
    report.put("changesNoted", changesNoted);
    return Json.writePretty(report);
  }

  private static Map<String, @Nullable Object> json(Header copy) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("copy", copy.copy());
    object.put("offset", copy.offset());
    object.put("valid", copy.defect() == null);
    if (copy.sequence() != null) {
      object.put("sequence", copy.sequence());
    }
    putDefect(object, copy.defect());
    return object;
  }

  private static Map<String, @Nullable Object> json(Epochs table) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("count", table.count());
    object.put("closedProperly", table.closedProperly());
    object.put("copiesEqual", table.copiesEqual());
    putDefect(object, table.defect());
    return object;
  }

  private static Map<String, @Nullable Object> json(Journal file) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("sizeBytes", file.sizeBytes());
    object.put("segments", file.segments().stream().map(VolumeReport::json).toList());
    putDefect(object, file.defect());
    return object;
  }

  private static Map<String, @Nullable Object> json(Segment segment) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("number", segment.number());
    object.put("epoch", segment.epoch());
    object.put("usedBytes", segment.usedBytes());
    object.put("dataUnits", segment.dataUnits());
    object.put("recordUnits", segment.recordUnits());
    object.put("discardedUnits", segment.discardedUnits());
    return object;
  }

  private static void putDefect(Map<String, @Nullable Object> object, @Nullable String defect) {
    if (defect != null) {
      object.put("defect", defect);
    }
  }
}
