package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.ebs.ResourceName;
import io.blockseal.ebs.RollbackAcceptance;
import io.blockseal.ebs.VolumeExplanation;
import io.blockseal.volume.engine.TreeRoot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `GET volumes/{id}`: where an attached volume's file is, its cipher, how much of its snapshot has
/// arrived, why something about it failed last, and which older copies were let pass. Answers for
/// volumes that vanished, too.
///
/// `POST volumes/{id}/accept-rollback`: lets the next attach take the older copy that is there.
final class VolumeRoutes {
  private final Function<ResourceName, Optional<VolumeExplanation>> volumes;

  private final BiFunction<Caller, String, Optional<RollbackAcceptance>> rollbacks;

  VolumeRoutes(
      Function<ResourceName, Optional<VolumeExplanation>> volumes,
      BiFunction<Caller, String, Optional<RollbackAcceptance>> rollbacks) {
    this.volumes = volumes;
    this.rollbacks = rollbacks;
  }

  List<Route> table() {
    return List.of(
        new Route("GET", "volumes/{id}", this::show),
        new Route("POST", "volumes/{id}/accept-rollback", this::acceptRollback));
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
    if (volume.hydrationFailure() != null) {
      facts.put("hydrationFailure", volume.hydrationFailure());
    }
    facts.put("bytesDone", volume.doneBytes());
    facts.put("bytesTotal", volume.totalBytes());
    FailureFacts.put(facts, volume.lastFailure());
    if (!volume.acceptedRollbacks().isEmpty()) {
      facts.put(
          "acceptedRollbacks",
          volume.acceptedRollbacks().stream().map(VolumeRoutes::acceptance).toList());
    }
    return facts;
  }

  private Map<String, @Nullable Object> acceptRollback(Call call) {
    String id = call.resource().id();
    Optional<RollbackAcceptance> accepted = rollbacks.apply(call.caller(), id);
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("volumeId", id);
    facts.put("accepted", accepted.isPresent());
    accepted.ifPresent(acceptance -> facts.putAll(acceptance(acceptance)));
    return facts;
  }

  private static Map<String, @Nullable Object> acceptance(RollbackAcceptance acceptance) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("time", acceptance.when().toString());
    facts.put("by", acceptance.by());
    facts.put("accessKeyId", acceptance.accessKeyId());
    facts.put("found", root(acceptance.found()));
    facts.put("recorded", root(acceptance.recorded()));
    return facts;
  }

  private static Map<String, @Nullable Object> root(TreeRoot root) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("epoch", root.epoch());
    facts.put("sequence", root.sequence());
    facts.put("root", root.root());
    return facts;
  }
}
