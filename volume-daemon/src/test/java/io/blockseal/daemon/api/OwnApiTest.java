package io.blockseal.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnApiTest {
  private static final Caller CALLER =
      new Caller("123456789012", "us-east-1", "arn", "id", "AKIA", "request", "::1", "test", null);

  private final OwnApi api =
      OwnApi.of(
          List.of(
              List.of(
                  new Route("GET", "clock", call -> Map.of("region", call.caller().region())),
                  new Route("POST", "clock/advance", call -> Map.of("got", call.body()))),
              List.of(new Route("GET", "volumes/{id}", call -> Map.of("id", call.id())))));

  @Test
  void answersTheRouteAtAPath() {
    assertThat(get("clock")).isEqualTo("{\"region\":\"us-east-1\"}");
    assertThat(get("volumes/vol-1")).isEqualTo("{\"id\":\"vol-1\"}");
    assertThat(call("POST", "clock/advance", "{\"duration\":\"1d\"}"))
        .isEqualTo("{\"got\":{\"duration\":\"1d\"}}");
  }

  @Test
  void saysThatThereIsNothingAtOtherPaths() {
    for (String path : List.of("", "clocks", "volumes", "volumes/a/b", "clock/")) {
      assertThatThrownBy(() -> get(path))
          .isInstanceOfSatisfying(
              AwsException.class,
              e -> {
                assertThat(e.httpStatus()).isEqualTo(404);
                assertThat(e).hasMessage("There is nothing at /_blockseal/" + path + ".");
              });
    }
  }

  @Test
  void saysWhichMethodAPathTakes() {
    assertThatThrownBy(() -> call("DELETE", "volumes/vol-1", ""))
        .isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.httpStatus()).isEqualTo(405))
        .hasMessage("/_blockseal/volumes/vol-1 takes GET, not DELETE.");
  }

  @Test
  void refusesABodyThatIsNoJsonObject() {
    for (String body : List.of("{", "[]", "1 2")) {
      assertThatThrownBy(() -> call("POST", "clock/advance", body))
          .isInstanceOfSatisfying(
              AwsException.class, e -> assertThat(e.code()).isEqualTo("SerializationException"));
    }
  }

  private String get(String path) {
    return call("GET", path, "");
  }

  private String call(String method, String path, String body) {
    WireRequest request =
        new WireRequest(
            method, "/_blockseal/" + path, "", Headers.none(), body.getBytes(UTF_8), "::1");
    return new String(api.handle(CALLER, request).body(), UTF_8);
  }
}
