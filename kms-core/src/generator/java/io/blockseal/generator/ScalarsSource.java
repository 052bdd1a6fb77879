package io.blockseal.generator;

import java.util.Map;

/// The source of `Scalars`: one constant for every string, number, blob, boolean and timestamp
/// shape of a service.
final class ScalarsSource {

  private ScalarsSource() {}

  static String text(Model model) {
    StringBuilder source =
        new StringBuilder(
            """
            import io.blockseal.aws.shape.PatternConstraint;
            import io.blockseal.aws.shape.Range;
            import io.blockseal.aws.shape.Shape;

            /// The shapes that need no class of their own.
            final class Scalars {
            """);
    model
        .scalars()
        .forEach(
            (name, shape) ->
                source.append(
                    "  static final Shape.%s %s =\n      %s;\n"
                        .formatted(kind(name, shape), constant(name), expression(name, shape))));
    return source.append("\n  private Scalars() {}\n}\n").toString();
  }

  static String constant(String shapeName) {
    return Names.constant(shapeName);
  }

  /// The record in `Shape` that describes such a shape.
  private static String kind(String name, Map<String, Object> shape) {
    return switch ((String) shape.get("type")) {
      case "string" -> "Text";
      case "integer", "long" -> "Whole";
      case "boolean" -> "Flag";
      case "timestamp" -> "Moment";
      case "blob" -> "Binary";
      default ->
          throw new IllegalArgumentException(
              "shape " + name + " has type " + shape.get("type") + ", which is not handled");
    };
  }

  private static String expression(String name, Map<String, Object> shape) {
    String literal = Names.literal(name);
    boolean sensitive = Boolean.TRUE.equals(shape.get("sensitive"));
    return switch ((String) shape.get("type")) {
      case "string" ->
          "new Shape.Text(%s, %s, %s, %s)"
              .formatted(literal, Model.range(shape), pattern(shape), sensitive);
      case "integer" -> "new Shape.Whole(%s, false, %s)".formatted(literal, Model.range(shape));
      case "long" -> "new Shape.Whole(%s, true, %s)".formatted(literal, Model.range(shape));
      case "boolean" -> "new Shape.Flag(%s)".formatted(literal);
      case "blob" ->
          "new Shape.Binary(%s, %s, %s)".formatted(literal, Model.range(shape), sensitive);
      default -> "new Shape.Moment(%s)".formatted(literal);
    };
  }

  private static String pattern(Map<String, Object> shape) {
    String pattern = (String) shape.get("pattern");
    return pattern == null ? "null" : "PatternConstraint.of(" + Names.literal(pattern) + ")";
  }
}
