package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Pages of a list: what one Describe call returns and the token for the next one.
///
/// A token says where its page ended and carries a digest of the query, so it continues that query
/// of that caller and no other. Things that come and go between pages are seen or not, as with AWS.
/// Immutable.
///
/// @param <T> what is listed
/// @param nextToken null on the last page
record Listing<T>(List<T> items, @Nullable String nextToken) {
  private static final String VERSION = "1";
  private static final int DIGEST_CHARACTERS = 16;
  private static final int MIN_RESULTS = 5;

  /// What a caller asked for: everything that decides which things are listed and how many.
  ///
  /// @param idsParameter what the request calls the list of ids
  /// @param capResults how many things a page has at most
  record Query(
      Caller caller,
      Object request,
      boolean byId,
      String idsParameter,
      @Nullable Integer maxResults,
      @Nullable String nextToken,
      int capResults) {

    Query {
      if (maxResults != null && byId) {
        throw Ec2Errors.invalidCombination(
            "The parameter %s cannot be used with the parameter maxResults"
                .formatted(idsParameter));
      }
      if (maxResults != null && maxResults < MIN_RESULTS) {
        throw Ec2Errors.invalidValue(
            "Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than %d."
                .formatted(maxResults, MIN_RESULTS));
      }
    }

    /// Sixteen hexadecimal digits that differ between queries.
    private String digest() {
      String text = caller.accountId() + '\n' + caller.region() + '\n' + request;
      return TextDigest.sha256(text).substring(0, DIGEST_CHARACTERS);
    }
  }

  /// The page of `things` that the query asks for, in the order of their `sortKey`, which is
  /// unique.
  static <T> Listing<T> page(List<T> things, Function<T, String> sortKey, Query query) {
    String after = query.nextToken() == null ? null : decode(query.nextToken(), query);
    List<T> rest =
        things.stream()
            .filter(thing -> after == null || sortKey.apply(thing).compareTo(after) > 0)
            .sorted(Comparator.comparing(sortKey))
            .toList();
    int limit =
        query.maxResults() == null ? rest.size() : Math.min(query.maxResults(), query.capResults());
    if (rest.size() <= limit) {
      return new Listing<>(rest, null);
    }
    List<T> items = rest.subList(0, limit);
    return new Listing<>(items, encode(sortKey.apply(items.getLast()), query));
  }

  private static String encode(String last, Query query) {
    String text = VERSION + query.digest() + last;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token, Query query) {
    String head = VERSION + query.digest();
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(head)) {
        return text.substring(head.length());
      }
    } catch (IllegalArgumentException _) {
      // Not base64: refused like any other token that is not from here.
    }
    throw Ec2Errors.invalidNextToken();
  }
}
