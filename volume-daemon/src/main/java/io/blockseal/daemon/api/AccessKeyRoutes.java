package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.sigv4.AccessKey;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.iam.AccessKeys;
import io.blockseal.iam.AccessKeys.Description;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `GET access-keys`, `POST access-keys` and `DELETE access-keys/{id}`: the access keys of the
/// caller's account, so that they can be changed while the daemon runs.
final class AccessKeyRoutes {
  private final AccessKeys keys;

  AccessKeyRoutes(AccessKeys keys) {
    this.keys = keys;
  }

  List<Route> table() {
    return List.of(
        new Route("GET", "access-keys", this::list),
        new Route("POST", "access-keys", this::create),
        new Route("DELETE", "access-keys/{id}", this::delete));
  }

  private Map<String, @Nullable Object> list(Call call) {
    return Map.of(
        "accessKeys",
        keys.list(call.caller().accountId()).stream()
            .map(key -> Map.of("accessKeyId", key.accessKeyId(), "active", key.active()))
            .toList());
  }

  private Map<String, @Nullable Object> create(Call call) {
    AccessKey key;
    try {
      key = keys.create(call.caller().accountId());
    } catch (IllegalArgumentException e) {
      throw AwsException.sender("LimitExceeded", 409, e.getMessage());
    }
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("accessKeyId", key.accessKeyId());
    facts.put("secretAccessKey", key.secretAccessKey());
    return facts;
  }

  private Map<String, @Nullable Object> delete(Call call) {
    boolean theirs =
        keys.list(call.caller().accountId()).stream()
            .map(Description::accessKeyId)
            .anyMatch(call.id()::equals);
    if (!theirs) {
      throw AwsException.sender(
          "NoSuchEntity", 404, "The account has no access key " + call.id() + ".");
    }
    if (call.id().equals(call.caller().accessKeyId())) {
      throw AwsException.sender(
          "DeleteConflict", 409, "A key cannot delete itself; sign with another one.");
    }
    keys.delete(call.id());
    return Map.of("accessKeyId", call.id());
  }
}
