package io.blockseal.aws.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// HTTP headers: values by name, in the order they came; names do not care for case. Immutable.
public final class Headers {

  private static final Headers NONE = new Headers(Map.of());

  private final Map<String, List<String>> valuesByName;

  private Headers(Map<String, List<String>> valuesByName) {
    this.valuesByName = valuesByName;
  }

  public static Headers none() {
    return NONE;
  }

  /// Headers of alternating names and values.
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a header name without a value: " + List.of(namesAndValues));
    }
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  public Builder toBuilder() {
    Builder builder = builder();
    valuesByName.forEach((name, values) -> values.forEach(value -> builder.add(name, value)));
    return builder;
  }

  /// The names in lower case, sorted.
  public Iterable<String> names() {
    return valuesByName.keySet();
  }

  /// Every value of this name; empty if it was not sent.
  public List<String> all(String name) {
    return valuesByName.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  public Optional<String> first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  public boolean contains(String name) {
    return !all(name).isEmpty();
  }

  /// The names only: values may be credentials.
  @Override
  public String toString() {
    return "Headers" + valuesByName.keySet();
  }

  /// Collects headers. Not thread-safe.
  public static final class Builder {

    private final Map<String, List<String>> valuesByName = new TreeMap<>();

    private Builder() {}

    public Builder add(String name, String value) {
      valuesByName
          .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
          .add(value);
      return this;
    }

    /// Replaces every value of this name.
    public Builder set(String name, String value) {
      valuesByName.remove(name.toLowerCase(Locale.ROOT));
      return add(name, value);
    }

    public Headers build() {
      Map<String, List<String>> copy = new TreeMap<>();
      valuesByName.forEach((name, values) -> copy.put(name, List.copyOf(values)));
      return new Headers(Collections.unmodifiableMap(copy));
    }
  }
}
