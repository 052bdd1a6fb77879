package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.ebs.ResourceName;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A method and a path of the API, and what answers them.
///
/// @param path below `/_blockseal/`, its variable part spelled `{id}`
record Route(String method, String path, Answer answer) {
  private static final int MAX_ID_CHARACTERS = 64;
  private static final Pattern RESOURCE_ID =
      Pattern.compile("[A-Za-z0-9-]{1," + MAX_ID_CHARACTERS + "}");

  /// Throws an [AwsException] to refuse.
  @FunctionalInterface
  interface Answer {
    Map<String, @Nullable Object> to(Call call);
  }

  /// A call of a route.
  ///
  /// @param id what stands for `{id}`; empty if the path has none
  /// @param body of a request that brings one; empty of one that does not
  record Call(Caller caller, String id, Map<String, @Nullable Object> body) {
    /// The thing of this id in the caller's account and region.
    ///
    /// @throws AwsException if nothing can have such an id
    ResourceName resource() {
      if (!RESOURCE_ID.matcher(id).matches()) {
        throw AwsException.sender(
            "ValidationException",
            400,
            "An id has 1 to %d letters, digits and dashes; this one has %d characters."
                .formatted(MAX_ID_CHARACTERS, id.length()));
      }
      return new ResourceName(caller.accountId(), caller.region(), id);
    }
  }

  /// Whether the path, cut at its slashes, is this route's.
  boolean isAt(List<String> segments) {
    List<String> mine = List.of(path.split("/"));
    if (mine.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!mine.get(i).equals("{id}") && !mine.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// What stands in the path, cut at its slashes, for `{id}`.
  String id(List<String> segments) {
    int index = List.of(path.split("/")).indexOf("{id}");
    return index < 0 ? "" : segments.get(index);
  }
}
