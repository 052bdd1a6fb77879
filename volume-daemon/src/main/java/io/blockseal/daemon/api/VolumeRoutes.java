package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.ebs.ResourceName;
import io.blockseal.ebs.VolumeExplanation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `GET volumes/{id}`: where an attached volume's file is, its cipher, how much of its snapshot has
/// arrived, and why something about it failed last. Answers for volumes that vanished, too.
final class VolumeRoutes {
  private final Function<ResourceName, Optional<VolumeExplanation>> volumes;

  VolumeRoutes(Function<ResourceName, Optional<VolumeExplanation>> volumes) {
    this.volumes = volumes;
  }

  List<Route> table() {
    return List.of(new Route("GET", "volumes/{id}", this::show));
  }

  private Map<String, @Nullable Object> show(Call call) {
    VolumeExplanation volume =
        volumes
            .apply(call.resource())
            .orElseThrow(
                () ->
                    AwsException.sender(
                        "InvalidVolume.NotFound",
                        404,
                        "The volume '" + call.id() + "' does not exist."));
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("volumeId", call.id());
    facts.put("state", volume.state());
    facts.put("path", volume.exportPath());
    facts.put("cipher", volume.cipher() == null ? null : volume.cipher().name());
    facts.put("kmsKeyArn", volume.kmsKeyArn());
    facts.put("lineageId", volume.lineageId());
    facts.put("readOnly", volume.readOnly());
    facts.put("hydratedPercent", volume.hydratedPercent());
    facts.put("bytesDone", volume.doneBytes());
    facts.put("bytesTotal", volume.totalBytes());
    FailureFacts.put(facts, volume.lastFailure());
    return facts;
  }
}
