package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.Volume;
import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import io.blockseal.cli.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Shows one volume: what EC2 says of it and, from a daemon, its file, cipher and hydration.
@Command(
    name = "show",
    description = "Show one volume.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume show vol-0123456789abcdef0",
      "  blockseal volume show vol-0123456789abcdef0 --output json"
    })
final class ShowVolume implements Runnable {
  /// What EC2 says already, and the parts of what `explanation` says in a sentence.
  private static final Set<String> TOLD = Set.of("volumeId", "state", "kmsKeyArn", "lastFailure");

  private final Context context;

  @Parameters(paramLabel = "VOLUME", description = "Volume id.")
  private String volume = "";

  ShowVolume(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Volume found = Volumes.one(context, volume);
    Map<String, @Nullable Object> detail = Volumes.detail(context, volume).orElse(Map.of());
    Map<String, @Nullable Object> json = new LinkedHashMap<>(StructureJson.of(found));
    if (!detail.isEmpty()) {
      json.put("Blockseal", detail);
    }
    context.output().show(json, () -> table(found, detail));
  }

  private static Table table(Volume volume, Map<String, @Nullable Object> detail) {
    Table table =
        Table.facts()
            .fact("volume", volume.volumeId())
            .fact("state", volume.state())
            .fact("size", volume.size() + " GiB")
            .fact("type", volume.volumeType())
            .fact("zone", volume.availabilityZone())
            .fact(
                "key",
                Boolean.TRUE.equals(volume.encrypted()) ? volume.kmsKeyId() : "not encrypted")
            .fact("snapshot", volume.snapshotId())
            .fact("created", volume.createTime());
    detail.forEach(
        (name, value) -> {
          if (value instanceof List<?> several) {
            several.forEach(each -> table.fact(name, text(each)));
          } else if (!TOLD.contains(name)) {
            table.fact(name, value);
          }
        });
    return table;
  }

  private static String text(@Nullable Object value) {
    return value instanceof Map<?, ?> parts
        ? parts.entrySet().stream()
            .map(part -> part.getKey() + " " + text(part.getValue()))
            .collect(Collectors.joining(", "))
        : String.valueOf(value);
  }
}
