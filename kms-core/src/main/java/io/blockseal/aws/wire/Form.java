package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A decoded form as a tree: `Filter.1.Value.2=x` hangs `x` four names deep. Confined to one call.
final class Form {

  /// A thousand tags on a thousand resources, the most that EC2 takes in one call, come in fewer
  /// fields.
  private static final int MAX_FIELDS = 10_000;

  /// No shape that is served needs more than half of this.
  private static final int MAX_DEPTH = 16;

  private final Map<String, Form> children = new LinkedHashMap<>();
  private @Nullable String value;
  private boolean read;

  private Form() {}

  /// Decodes the fields of a query string and of a body, in this order; a later field replaces an
  /// earlier one.
  static Form parse(String rawQuery, String body) {
    Form root = new Form();
    int fields = root.addAll(rawQuery, 0);
    root.addAll(body, fields);
    return root;
  }

  private int addAll(String encoded, int fieldsBefore) {
    int fields = fieldsBefore;
    int start = 0;
    while (start < encoded.length()) {
      int ampersand = encoded.indexOf('&', start);
      int end = ampersand < 0 ? encoded.length() : ampersand;
      if (end > start) {
        if (++fields > MAX_FIELDS) {
          throw AwsException.sender(
              "MalformedQueryString",
              400,
              "The request has more than " + MAX_FIELDS + " parameters.");
        }
        add(encoded.substring(start, end));
      }
      start = end + 1;
    }
    return fields;
  }

  private void add(String field) {
    int equals = field.indexOf('=');
    String name = PercentCoding.decodeForm(equals < 0 ? field : field.substring(0, equals));
    String[] steps = name.split("\\.", MAX_DEPTH + 1);
    if (steps.length > MAX_DEPTH) {
      throw AwsException.sender(
          "MalformedQueryString", 400, "A parameter's name is nested too deep.");
    }
    Form node = this;
    for (String step : steps) {
      node = node.children.computeIfAbsent(step, _ -> new Form());
    }
    node.value = equals < 0 ? "" : PercentCoding.decodeForm(field.substring(equals + 1));
  }

  /// The node of this name, which counts as read from now on; null if there is none.
  @Nullable Form child(String name) {
    Form child = children.get(name);
    if (child != null) {
      child.read = true;
    }
    return child;
  }

  /// The value of this very node; null if only longer names came.
  @Nullable String value() {
    return value;
  }

  boolean hasChildren() {
    return !children.isEmpty();
  }

  /// The nodes named by positive numbers, in the order of the numbers; they count as read from now
  /// on.
  List<Form> numbered() {
    TreeMap<Integer, Form> numbered = new TreeMap<>();
    children.forEach(
        (name, child) -> {
          int number = number(name);
          if (number > 0) {
            child.read = true;
            numbered.put(number, child);
          }
        });
    return List.copyOf(numbered.values());
  }

  /// The number, or 0 if the name is not a plain one.
  private static int number(String name) {
    if (name.isEmpty() || name.length() > 6 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    return Integer.parseInt(name);
  }

  /// The full name of some field that nobody has read; null if there is none.
  @Nullable String findUnread() {
    for (Map.Entry<String, Form> entry : children.entrySet()) {
      Form child = entry.getValue();
      if (!child.read) {
        return child.firstFieldName(entry.getKey());
      }
      String below = child.findUnread();
      if (below != null) {
        return entry.getKey() + "." + below;
      }
    }
    return null;
  }

  private String firstFieldName(String name) {
    Form node = this;
    StringBuilder full = new StringBuilder(name);
    while (node.value == null && !node.children.isEmpty()) {
      Map.Entry<String, Form> first = node.children.entrySet().iterator().next();
      full.append('.').append(first.getKey());
      node = first.getValue();
    }
    return full.toString();
  }
}
