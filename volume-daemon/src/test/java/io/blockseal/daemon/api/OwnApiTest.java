package io.blockseal.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MovableClock;
import java.time.Duration;
import java.time.InstantSource;
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
              List.of(
                  new Route("GET", "volumes/{id}", call -> Map.of("id", call.id())),
                  new Route("GET", "snapshots/{id}", call -> Map.of("at", resource(call))))));

  private static String resource(Call call) {
    return call.resource().path();
  }

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
  void refusesIdsThatNothingCanHave() {
    assertThat(get("snapshots/snap-1")).isEqualTo("{\"at\":\"123456789012/us-east-1/snap-1\"}");
    for (String id : List.of("", "x".repeat(2000), "..", "%2e", "a b")) {
      assertThatThrownBy(() -> get("snapshots/" + id))
          .isInstanceOfSatisfying(
              AwsException.class,
              e -> {
                assertThat(e.httpStatus()).isEqualTo(400);
                assertThat(e.code()).isEqualTo("ValidationException");
              });
    }
  }

  @Test
  void refusesToAdvanceTheClockFurtherThanItGoes() {
    MovableClock clock = new MovableClock(new InMemoryMetadataStore(), InstantSource.system());
    OwnApi clockApi = OwnApi.of(List.of(new ClockRoutes(clock, () -> {}).table()));
    advance(clockApi, "1d");

    assertThatThrownBy(() -> advance(clockApi, "PT2562047788015215H"))
        .isInstanceOfSatisfying(
            AwsException.class, e -> assertThat(e.code()).isEqualTo("ValidationException"));
    assertThat(clock.offset()).isEqualTo(Duration.ofDays(1));
  }

  private static void advance(OwnApi api, String duration) {
    String body = "{\"duration\":\"" + duration + "\"}";
    api.handle(
        CALLER,
        new WireRequest(
            "POST", "/_blockseal/clock/advance", "", Headers.none(), body.getBytes(UTF_8), "::1"));
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
