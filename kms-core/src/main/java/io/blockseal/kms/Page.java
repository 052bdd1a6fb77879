package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.kms.InvalidMarkerException;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a list, and the marker of the next one.
///
/// A marker is base64url of the list's name, a line feed, and the key of the last item that was
/// answered. It stays good whatever happens to that item.
///
/// @param nextMarker null on the last page
record Page<T>(List<T> items, @Nullable String nextMarker) {
  private static final int MAX_MARKER_CHARS = 1024;

  Page {
    items = List.copyOf(items);
  }

  /// The first `limit` of up to `limit + 1` fetched items.
  static <T> Page<T> of(String list, List<T> fetched, int limit, Function<T, String> key) {
    if (fetched.size() <= limit) {
      return new Page<>(fetched, null);
    }
    List<T> items = fetched.subList(0, limit);
    return new Page<>(items, marker(list, key.apply(items.getLast())));
  }

  static String marker(String list, String lastKey) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((list + "\n" + lastKey).getBytes(UTF_8));
  }

  /// The key behind which the page that `marker` asks for begins; null for the first page.
  static @Nullable String start(String list, @Nullable String marker) {
    if (marker == null) {
      return null;
    }
    String text = marker.length() > MAX_MARKER_CHARS ? "" : decode(marker);
    String head = list + "\n";
    String key = text.startsWith(head) ? text.substring(head.length()) : "";
    // What follows is a key of ours, and becomes part of a metadata key again.
    if (!key.matches("[a-zA-Z0-9:!_-]{1,512}")) {
      throw new InvalidMarkerException("The marker is not one of " + list + ".");
    }
    return key;
  }

  /// The page size that a request asks for.
  static int limit(@Nullable Integer requested, int usual, int max) {
    if (requested == null) {
      return usual;
    }
    if (requested < 1) {
      throw KmsFailures.constraint(requested, "limit", "have value greater than or equal to 1");
    }
    if (requested > max) {
      throw KmsFailures.constraint(requested, "limit", "have value less than or equal to " + max);
    }
    return requested;
  }

  boolean truncated() {
    return nextMarker != null;
  }

  private static String decode(String marker) {
    try {
      return new String(Base64.getUrlDecoder().decode(marker), UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
