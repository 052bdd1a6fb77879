package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.gateway.Gateway;
import io.blockseal.aws.gateway.SignedHandler;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.ebs.EbsService;
import io.blockseal.iam.AccessKeys;
import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import io.blockseal.meta.MovableClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the route of a request, has it answered and writes the answer. Immutable.
public final class OwnApi implements SignedHandler {
  private final List<Route> routes;

  private OwnApi(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /// The whole API.
  ///
  /// @param dueWork rotates and deletes the keys whose time has come
  public static OwnApi of(
      MovableClock clock,
      Runnable dueWork,
      EbsService ebs,
      AccessKeys accessKeys,
      HealthFacts health) {
    return of(
        List.of(
            new ClockRoutes(clock, dueWork).table(),
            new VolumeRoutes(ebs::explainVolume, ebs::acceptRollback).table(),
            new SnapshotRoutes(ebs::explainSnapshot).table(),
            new AccessKeyRoutes(accessKeys).table(),
            new HealthRoute(health).table()));
  }

  static OwnApi of(List<List<Route>> tables) {
    List<Route> routes = new ArrayList<>();
    tables.forEach(routes::addAll);
    return new OwnApi(routes);
  }

  /// The answer to an unsigned `GET /_blockseal/health`; empty for every other request. It says
  /// nothing but that somebody is there, and asks for no signature, because probes cannot sign.
  public static Optional<WireResponse> probe(WireRequest request) {
    boolean probing =
        request.method().equals("GET")
            && request.rawPath().equals(Gateway.OWN_PATH_PREFIX + "health")
            && request.rawQuery().isEmpty()
            && !request.headers().contains("authorization");
    return probing ? Optional.of(json("{\"status\":\"ok\"}")) : Optional.empty();
  }

  @Override
  public WireResponse handle(Caller caller, WireRequest request) {
    String path = request.rawPath().substring(Gateway.OWN_PATH_PREFIX.length());
    List<String> segments = List.of(path.split("/", -1));
    List<Route> here = routes.stream().filter(route -> route.isAt(segments)).toList();
    if (here.isEmpty()) {
      throw AwsException.sender(
          "UnknownOperationException", 404, "There is nothing at " + request.rawPath() + ".");
    }
    Route route =
        here.stream()
            .filter(candidate -> candidate.method().equals(request.method()))
            .findFirst()
            .orElseThrow(() -> wrongMethod(request, here.stream().map(Route::method)));
    Call call = new Call(caller, route.id(segments), body(request));
    return json(Json.write(route.answer().to(call)));
  }

  private static WireResponse json(String text) {
    return new WireResponse(
        200, Headers.of("Content-Type", "application/json"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static AwsException wrongMethod(WireRequest request, Stream<String> methods) {
    return AwsException.sender(
        "UnknownOperationException",
        405,
        "%s takes %s, not %s."
            .formatted(
                request.rawPath(), String.join(" and ", methods.toList()), request.method()));
  }

  private static Map<String, @Nullable Object> body(WireRequest request) {
    if (request.body().length == 0) {
      return Map.of();
    }
    try {
      return Json.readObject(new String(request.body(), StandardCharsets.UTF_8));
    } catch (JsonSyntaxException e) {
      throw AwsException.sender(
          "SerializationException", 400, "The body is not a JSON object: " + e.getMessage());
    }
  }
}
