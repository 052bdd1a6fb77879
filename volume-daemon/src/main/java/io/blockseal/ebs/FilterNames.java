package io.blockseal.ebs;

import io.blockseal.aws.ec2.Filter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The filters of one Describe operation: their names, and which values a thing has for each. A
/// thing passes if, for every filter, one of its values matches one of the filter's patterns.
/// Immutable.
///
/// @param <T> what is filtered
final class FilterNames<T> {
  /// EC2's own bound on the values of one request.
  static final int MAX_VALUES = 200;

  private static final String TAG_PREFIX = "tag:";
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Map<String, Function<T, Stream<String>>> valuesByName;
  private final @Nullable Function<T, SortedMap<String, String>> tags;

  private FilterNames(
      Map<String, Function<T, Stream<String>>> valuesByName,
      @Nullable Function<T, SortedMap<String, String>> tags) {
    this.valuesByName = Map.copyOf(valuesByName);
    this.tags = tags;
  }

  static <T> Builder<T> builder() {
    return new Builder<>();
  }

  /// How filters and tokens write a time.
  static String time(Instant instant) {
    return MILLISECONDS.format(instant);
  }

  /// What passes all of `filters`.
  Predicate<T> matching(@Nullable List<Filter> filters) {
    if (filters == null) {
      return _ -> true;
    }
    int count = filters.stream().mapToInt(filter -> filter.valuesOrEmpty().size()).sum();
    if (count > MAX_VALUES) {
      throw Ec2Errors.tooManyFilterValues(count, MAX_VALUES);
    }
    return filters.stream().map(this::matching).reduce(_ -> true, Predicate::and);
  }

  private Predicate<T> matching(Filter filter) {
    String name = Objects.requireNonNullElse(filter.name(), "");
    Function<T, Stream<String>> values = values(name);
    List<Glob> patterns = filter.valuesOrEmpty().stream().map(Glob::new).toList();
    if (patterns.isEmpty()) {
      throw Ec2Errors.missing("filterValue for the filter '" + name + "'");
    }
    return thing ->
        values
            .apply(thing)
            .anyMatch(value -> patterns.stream().anyMatch(pattern -> pattern.matches(value)));
  }

  private Function<T, Stream<String>> values(String name) {
    Function<T, Stream<String>> values = valuesByName.get(name);
    if (values != null) {
      return values;
    }
    if (tags == null || !name.startsWith(TAG_PREFIX)) {
      throw Ec2Errors.unknownFilter(name);
    }
    String key = name.substring(TAG_PREFIX.length());
    Function<T, SortedMap<String, String>> tagsOf = tags;
    return thing -> Stream.ofNullable(tagsOf.apply(thing).get(key));
  }

  /// Collects the filters of an operation. Not thread-safe.
  static final class Builder<T> {
    private final Map<String, Function<T, Stream<String>>> valuesByName = new HashMap<>();
    private @Nullable Function<T, SortedMap<String, String>> tags;

    private Builder() {}

    /// A filter on one value; a thing for which it is null never passes.
    Builder<T> one(String name, Function<T, @Nullable Object> value) {
      return many(name, thing -> Stream.ofNullable(value.apply(thing)).map(Builder::text));
    }

    Builder<T> many(String name, Function<T, Stream<String>> values) {
      valuesByName.put(name, values);
      return this;
    }

    /// Filters that a thing of this service never passes: it has no such property.
    Builder<T> never(String... names) {
      for (String name : names) {
        many(name, _ -> Stream.empty());
      }
      return this;
    }

    /// The filters `tag:<key>` and `tag-key`.
    Builder<T> tags(Function<T, SortedMap<String, String>> tagsOf) {
      tags = tagsOf;
      return many("tag-key", thing -> tagsOf.apply(thing).keySet().stream());
    }

    FilterNames<T> build() {
      return new FilterNames<>(valuesByName, tags);
    }

    private static String text(Object value) {
      return value instanceof Instant instant ? time(instant) : value.toString();
    }
  }
}
