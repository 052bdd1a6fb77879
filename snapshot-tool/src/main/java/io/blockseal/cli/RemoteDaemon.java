package io.blockseal.cli;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.client.ClientSettings;
import io.blockseal.aws.client.RemoteEndpoint;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The daemon's own API over the wire.
final class RemoteDaemon implements DaemonApi {
  private static final String PREFIX = "/_blockseal/";
  private static final String SERVICE = "blockseal";
  private static final int NOT_FOUND = 404;

  private final RemoteEndpoint endpoint;

  RemoteDaemon(ClientSettings settings) {
    endpoint = new RemoteEndpoint(settings, SERVICE);
  }

  @Override
  public Optional<Map<String, @Nullable Object>> get(String path) {
    WireResponse response = endpoint.exchange(request("GET", path, ""));
    if (response.status() != NOT_FOUND) {
      return Optional.of(body(response));
    }
    try {
      return Optional.of(body(response));
    } catch (CommandException elsewhere) { // a page, of whatever answers there
      return Optional.empty();
    } catch (AwsException refusal) {
      if (refusal.code().endsWith(".NotFound")) {
        throw refusal;
      }
      return Optional.empty();
    }
  }

  @Override
  public Map<String, @Nullable Object> post(String path, Map<String, ?> body) {
    return body(endpoint.exchange(request("POST", path, Json.write(body))));
  }

  private static WireRequest request(String method, String path, String body) {
    Headers headers =
        body.isEmpty() ? Headers.none() : Headers.of("content-type", "application/json");
    return new WireRequest(
        method, PREFIX + path, "", headers, body.getBytes(StandardCharsets.UTF_8), "");
  }

  private static Map<String, @Nullable Object> body(WireResponse response) {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    Map<String, @Nullable Object> body;
    try {
      body = Json.readObject(text);
    } catch (JsonSyntaxException e) {
      throw new CommandException(
          "the endpoint answered with HTTP status %d and no JSON".formatted(response.status()), e);
    }
    if (response.status() / 100 == 2) {
      return body;
    }
    // The gateway refuses in the form of AWS JSON, the API itself in a form of its own.
    Object code = body.getOrDefault("__type", body.get("code"));
    throw AwsException.sender(
        Objects.toString(code, "Unknown"),
        response.status(),
        Objects.toString(body.get("message"), null));
  }
}
