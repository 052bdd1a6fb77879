package io.blockseal.daemon.api;

import io.blockseal.daemon.api.Route.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `GET health`: what the daemon is and how it does. Who does not sign is only told that it is
/// there; see [OwnApi#probe].
final class HealthRoute {
  private final HealthFacts health;

  HealthRoute(HealthFacts health) {
    this.health = health;
  }

  List<Route> table() {
    return List.of(new Route("GET", "health", this::show));
  }

  private Map<String, @Nullable Object> show(Call call) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    List<String> troubles = health.troubles().get();
    facts.put("status", troubles.isEmpty() ? "ok" : "degraded");
    facts.put("version", health.version());
    facts.put("started", health.started());
    facts.put("regions", health.regions());
    facts.put("mount", health.mount());
    facts.put("kms", health.kms());
    facts.put("aes", health.aes().get());
    if (!troubles.isEmpty()) {
      facts.put("troubles", troubles);
    }
    return facts;
  }
}
