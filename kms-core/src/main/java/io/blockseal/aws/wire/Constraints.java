package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Range;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import io.blockseal.aws.shape.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checks a structure against every constraint of its model and words what it finds as AWS's JSON
/// and Query services do, to the letter, where recordings show the letter.
///
/// Nothing is built while a value is fine: texts are made for violations only.
final class Constraints {

  private final List<String> violations = new ArrayList<>();

  private Constraints() {}

  /// Throws an [AwsException] of this code that lists every violation.
  static void requireValid(Structure structure, String code) {
    Constraints constraints = new Constraints();
    constraints.structure(structure, "");
    List<String> found = constraints.violations;
    if (!found.isEmpty()) {
      String count =
          found.size() + (found.size() == 1 ? " validation error" : " validation errors");
      throw AwsException.sender(code, 400, count + " detected: " + String.join("; ", found));
    }
  }

  private void structure(Structure structure, String prefix) {
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Object value = structure.valueAt(i);
      if (value != null) {
        check(member.shape(), value, () -> prefix + member.javaName());
      } else if (member.required()) {
        violations.add(
            "Value null at '"
                + prefix
                + member.javaName()
                + "' failed to satisfy constraint: Member must not be null");
      }
    }
  }

  private void check(Shape shape, Object value, Supplier<String> path) {
    for (String broken : brokenBy(shape, value)) {
      report(shape, value, path, broken);
    }
    if (shape instanceof Shape.Listing listing) {
      elements(listing, (List<?>) value, path);
    } else if (shape instanceof Shape.Mapping mapping) {
      entries(mapping, (Map<?, ?>) value, path);
    } else if (shape instanceof StructureShape<?>) {
      structure((Structure) value, path.get() + ".");
    }
  }

  /// Structures in a list are checked one by one; of scalars the list as a whole is reported, with
  /// every constraint of its elements.
  private void elements(Shape.Listing listing, List<?> list, Supplier<String> path) {
    if (isAggregate(listing.element())) {
      for (int i = 0; i < list.size(); i++) {
        int position = i + 1;
        check(listing.element(), list.get(i), () -> path.get() + "." + position + ".member");
      }
      return;
    }
    for (Object element : list) {
      if (!brokenBy(listing.element(), element).isEmpty()) {
        report(
            listing,
            list,
            path,
            "Member must satisfy constraint: " + constraintsOf(listing.element()));
        return;
      }
    }
  }

  private void entries(Shape.Mapping mapping, Map<?, ?> map, Supplier<String> path) {
    if (map.keySet().stream().anyMatch(key -> !brokenBy(mapping.key(), key).isEmpty())) {
      report(
          mapping, map, path, "Map keys must satisfy constraint: " + constraintsOf(mapping.key()));
    }
    if (isAggregate(mapping.value())) {
      map.forEach(
          (key, value) -> check(mapping.value(), value, () -> path.get() + "." + key + ".member"));
    } else if (map.values().stream()
        .anyMatch(value -> !brokenBy(mapping.value(), value).isEmpty())) {
      report(
          mapping,
          map,
          path,
          "Map value must satisfy constraint: " + constraintsOf(mapping.value()));
    }
  }

  private static boolean isAggregate(Shape shape) {
    return shape instanceof StructureShape<?>
        || shape instanceof Shape.Listing
        || shape instanceof Shape.Mapping;
  }

  private void report(Shape shape, Object value, Supplier<String> path, String broken) {
    boolean hidden = Values.isSensitive(shape) || shape instanceof Shape.Binary;
    violations.add(
        (hidden ? "Value" : "Value '" + shown(value) + "'")
            + " at '"
            + path.get()
            + "' failed to satisfy constraint: "
            + broken);
  }

  /// Structures inside are left out: what they hold may be sensitive.
  private static String shown(Object value) {
    return value instanceof List<?> list && list.stream().anyMatch(Structure.class::isInstance)
        ? "[" + list.size() + " structures]"
        : value.toString();
  }

  /// The constraints of this shape that the value breaks, without what is inside a list, a map or a
  /// structure.
  private static List<String> brokenBy(Shape shape, Object value) {
    return switch (shape) {
      case Shape.Text text -> brokenBy(text, (String) value);
      case Choice choice -> value instanceof String ? List.of(enumSet(choice)) : List.of();
      case Shape.Whole whole -> outside(whole.value(), ((Number) value).longValue(), "value");
      case Shape.Binary binary -> outside(binary.length(), ((Blob) value).size(), "length");
      case Shape.Listing listing -> outside(listing.length(), ((List<?>) value).size(), "length");
      case Shape.Mapping mapping -> outside(mapping.length(), ((Map<?, ?>) value).size(), "length");
      case Shape.Flag _, Shape.Moment _, StructureShape<?> _ -> List.of();
    };
  }

  private static List<String> brokenBy(Shape.Text text, String value) {
    List<String> broken = outside(text.length(), value.length(), "length");
    if (text.pattern() == null || text.pattern().accepts(value)) {
      return broken;
    }
    List<String> both = new ArrayList<>(broken);
    both.add("Member must satisfy regular expression pattern: " + text.pattern().text());
    return both;
  }

  private static List<String> outside(Range range, long number, String noun) {
    if (number < range.min()) {
      return List.of(atLeast(range, noun));
    }
    return number > range.max() ? List.of(atMost(range, noun)) : List.of();
  }

  private static String atLeast(Range range, String noun) {
    return "Member must have " + noun + " greater than or equal to " + range.min();
  }

  private static String atMost(Range range, String noun) {
    return "Member must have " + noun + " less than or equal to " + range.max();
  }

  private static String enumSet(Choice choice) {
    return "Member must satisfy enum value set: [" + String.join(", ", choice.wireValues()) + "]";
  }

  /// All the constraints of a scalar, which AWS prints when an element of a list or map breaks one
  /// of them.
  private static List<String> constraintsOf(Shape shape) {
    return switch (shape) {
      case Shape.Text text ->
          bounds(
              text.length(),
              "length",
              text.pattern() == null
                  ? null
                  : "Member must satisfy regular expression pattern: " + text.pattern().text());
      case Choice choice -> List.of(enumSet(choice));
      case Shape.Whole whole -> bounds(whole.value(), "value", null);
      case Shape.Binary binary -> bounds(binary.length(), "length", null);
      case Shape.Flag _, Shape.Moment _, Shape.Listing _, Shape.Mapping _, StructureShape<?> _ ->
          List.of();
    };
  }

  private static List<String> bounds(Range range, String noun, @Nullable String further) {
    List<String> bounds = new ArrayList<>();
    if (range.hasMax()) {
      bounds.add(atMost(range, noun));
    }
    if (range.hasMin()) {
      bounds.add(atLeast(range, noun));
    }
    if (further != null) {
      bounds.add(further);
    }
    return bounds;
  }
}
