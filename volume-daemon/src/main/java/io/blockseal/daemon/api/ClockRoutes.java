package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.meta.MovableClock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `GET clock` and `POST clock/advance`: the time that rotations and deletions go by. Advancing it
/// answers when whatever came due by that has happened.
final class ClockRoutes {
  private final MovableClock clock;
  private final Runnable dueWork;

  ClockRoutes(MovableClock clock, Runnable dueWork) {
    this.clock = clock;
    this.dueWork = dueWork;
  }

  List<Route> table() {
    return List.of(
        new Route("GET", "clock", this::show), new Route("POST", "clock/advance", this::advance));
  }

  private Map<String, @Nullable Object> show(Call call) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    facts.put("offset", DurationText.format(clock.offset()));
    return facts;
  }

  private Map<String, @Nullable Object> advance(Call call) {
    if (!(call.body().get("duration") instanceof String duration)) {
      throw AwsException.sender(
          "ValidationException", 400, "The body must be {\"duration\": \"30d\"} or the like.");
    }
    try {
      clock.advance(DurationText.parse(duration));
    } catch (IllegalArgumentException e) {
      throw AwsException.sender("ValidationException", 400, e.getMessage());
    }
    dueWork.run();
    return show(call);
  }
}
