package io.blockseal.aws.shape;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the generated records do with their values: require, copy and print them.
public final class Values {

  private static final String REDACTED = "(sensitive)";

  private Values() {}

  /// Returns the value; throws [IllegalArgumentException] that names record and component if it is
  /// absent.
  public static <V> V required(@Nullable V value, String record, String component) {
    if (value == null) {
      throw new IllegalArgumentException(record + " needs a value for " + component);
    }
    return value;
  }

  /// An unmodifiable copy; null stays null.
  public static <V> @Nullable List<V> copy(@Nullable List<V> list) {
    return list == null ? null : List.copyOf(list);
  }

  /// An unmodifiable copy in the same order; null stays null.
  public static <V> @Nullable Map<String, V> copy(@Nullable Map<String, V> map) {
    return map == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /// The present members as text, those that the model calls sensitive without their value.
  public static String describe(Structure structure) {
    StringBuilder text = new StringBuilder(structure.shape().name()).append('[');
    String separator = "";
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Object value = structure.valueAt(i);
      if (value != null) {
        text.append(separator).append(members.get(i).javaName()).append('=');
        text.append(isSensitive(members.get(i).shape()) ? REDACTED : value);
        separator = ", ";
      }
    }
    return text.append(']').toString();
  }

  /// Whether a value of this shape must not be shown: it, or anything in a list or map of it, is
  /// sensitive.
  public static boolean isSensitive(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> text.sensitive();
      case Shape.Binary binary -> binary.sensitive();
      case Shape.Listing listing -> isSensitive(listing.element());
      case Shape.Mapping mapping -> isSensitive(mapping.key()) || isSensitive(mapping.value());
      case Choice _, Shape.Whole _, Shape.Flag _, Shape.Moment _, StructureShape<?> _ -> false;
    };
  }
}
