package io.blockseal.aws.sigv4;

import io.blockseal.aws.wire.PercentCoding;
import io.blockseal.aws.wire.WireRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A request in the one form that both sides sign:
///
/// ```
/// method
/// path, normalised, percent-encoded once more than on the wire
/// query, name=value sorted by encoded name, then by value
/// name:value of every signed header, sorted
///
/// names of the signed headers, sorted
/// SHA-256 of the body
/// ```
final class CanonicalRequest {

  static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private record Parameter(String name, String value) implements Comparable<Parameter> {

    @Override
    public int compareTo(Parameter other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : value.compareTo(other.value);
    }
  }

  private CanonicalRequest() {}

  /// `signedHeaders` are lower-case and sorted.
  static String text(WireRequest request, List<String> signedHeaders, String bodyHash) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    text.append(PercentCoding.encodePath(normalised(request.rawPath()))).append('\n');
    text.append(query(request.rawQuery())).append('\n');
    for (String name : signedHeaders) {
      text.append(name).append(':');
      String separator = "";
      for (String value : request.headers().all(name)) {
        text.append(separator).append(trimmed(value));
        separator = ",";
      }
      text.append('\n');
    }
    text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(bodyHash);
    return text.toString();
  }

  /// Removes `.`, `..` and doubled slashes, as RFC 3986 section 6 has it.
  private static String normalised(String path) {
    if (path.isEmpty() || path.equals("/")) {
      return "/";
    }
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    boolean isDirectory = path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    String joined = "/" + String.join("/", segments);
    return isDirectory && joined.length() > 1 ? joined + "/" : joined;
  }

  /// The signature itself is left out: it is the one parameter that cannot be signed.
  private static String query(String rawQuery) {
    if (rawQuery.isEmpty()) {
      return "";
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String field : rawQuery.split("&", -1)) {
      int equals = field.indexOf('=');
      String name = recoded(equals < 0 ? field : field.substring(0, equals));
      if (!field.isEmpty() && !name.equals(SIGNATURE_PARAMETER)) {
        parameters.add(new Parameter(name, equals < 0 ? "" : recoded(field.substring(equals + 1))));
      }
    }
    Collections.sort(parameters);
    return parameters.stream().map(p -> p.name + "=" + p.value).collect(Collectors.joining("&"));
  }

  private static String recoded(String encoded) {
    return PercentCoding.encode(PercentCoding.decodeForm(encoded));
  }

  /// Without space at the ends, and with single spaces inside.
  private static String trimmed(String value) {
    String stripped = value.strip();
    boolean isTidy = !stripped.contains("  ") && stripped.indexOf('\t') < 0;
    return isTidy ? stripped : SPACES.matcher(stripped).replaceAll(" ");
  }
}
