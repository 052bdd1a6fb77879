package io.blockseal.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The source of a structure: a record with its shape, its builder and its values by index.
final class RecordSource {

  private final Model model;
  private final String name;
  private final List<Model.Member> members;

  RecordSource(Model model, Model.Structure structure) {
    this.model = model;
    this.name = structure.name();
    this.members = structure.members();
  }

  String text() {
    return imports()
        + "\n/// The shape `%s` of the service model.\n".formatted(name)
        + "public record %s(%s)\n    implements Structure {\n\n".formatted(name, components())
        + shapeConstant()
        + compactConstructor()
        + factories()
        + orEmptyMethods()
        + structureMethods()
        + builder()
        + "}\n";
  }

  private String imports() {
    TreeSet<String> imports = new TreeSet<>();
    imports.add("io.blockseal.aws.shape.Structure");
    imports.add("io.blockseal.aws.shape.StructureShape");
    imports.add("io.blockseal.aws.shape.Values");
    imports.add("org.jspecify.annotations.Nullable");
    if (!members.isEmpty()) {
      imports.add("io.blockseal.aws.shape.Member");
    }
    for (Model.Member member : members) {
      String type = type(member.shapeName());
      String expression = shapeExpression(member.shapeName());
      if (type.contains("Instant")) {
        imports.add("java.time.Instant");
      }
      if (type.contains("Blob")) {
        imports.add("io.blockseal.aws.Blob");
      }
      if (type.startsWith("List")) {
        imports.add("java.util.List");
      }
      if (type.startsWith("Map")) {
        imports.add("java.util.Map");
      }
      if (expression.contains("new Shape.")) {
        imports.add("io.blockseal.aws.shape.Shape");
        imports.add("io.blockseal.aws.shape.Range");
      }
    }
    return imports.stream().map(i -> "import " + i + ";\n").collect(Collectors.joining());
  }

  private String components() {
    return members.stream()
        .map(m -> "\n    " + nullableType(m) + " " + m.component())
        .collect(Collectors.joining(","));
  }

  private String nullableType(Model.Member member) {
    return (member.required() ? "" : "@Nullable ") + type(member.shapeName());
  }

  private String type(String shapeName) {
    Map<String, Object> shape = model.shape(shapeName);
    if (shape.containsKey("enum")) {
      return shapeName;
    }
    return switch ((String) shape.get("type")) {
      case "string" -> "String";
      case "integer" -> "Integer";
      case "long" -> "Long";
      case "boolean" -> "Boolean";
      case "timestamp" -> "Instant";
      case "blob" -> "Blob";
      case "structure" -> shapeName;
      case "list" -> "List<" + type(part(shape, "member")) + ">";
      case "map" -> "Map<String, " + type(part(shape, "value")) + ">";
      default ->
          throw new IllegalArgumentException(
              "shape " + shapeName + " has type " + shape.get("type"));
    };
  }

  private static String part(Map<String, Object> shape, String part) {
    return (String) Model.map(shape.get(part)).get("shape");
  }

  private String shapeConstant() {
    String list =
        members.stream()
            .map(
                m ->
                    ",\n          new Member(%s, %s, %s, %s, %s, %s)"
                        .formatted(
                            Names.literal(m.name()),
                            Names.literal(m.component()),
                            Names.literal(m.text("locationName")),
                            Names.literal(m.text("queryName")),
                            m.required(),
                            shapeExpression(m.shapeName())))
            .collect(Collectors.joining());
    return "  public static final StructureShape<%1$s> SHAPE =\n      StructureShape.of(\n          \"%1$s\",\n          %1$s::of%2$s);\n\n"
        .formatted(name, list);
  }

  private String shapeExpression(String shapeName) {
    Map<String, Object> shape = model.shape(shapeName);
    if (shape.containsKey("enum")) {
      return shapeName + ".SHAPE";
    }
    return switch ((String) shape.get("type")) {
      case "structure" -> shapeName + ".SHAPE";
      case "list" ->
          "new Shape.Listing(%s, %s, %s, %s)"
              .formatted(
                  Names.literal(shapeName),
                  Model.range(shape),
                  Names.literal((String) Model.map(shape.get("member")).get("locationName")),
                  shapeExpression(part(shape, "member")));
      case "map" ->
          "new Shape.Mapping(%s, %s, %s, %s)"
              .formatted(
                  Names.literal(shapeName),
                  Model.range(shape),
                  shapeExpression(part(shape, "key")),
                  shapeExpression(part(shape, "value")));
      default -> "Scalars." + ScalarsSource.constant(shapeName);
    };
  }

  private boolean isCollection(Model.Member member) {
    return type(member.shapeName()).startsWith("List<")
        || type(member.shapeName()).startsWith("Map<");
  }

  private String compactConstructor() {
    List<String> lines = new ArrayList<>();
    for (Model.Member member : members) {
      String component = member.component();
      if (member.required()) {
        lines.add(
            "    Values.required(%s, \"%s\", \"%s\");\n".formatted(component, name, component));
      }
      if (isCollection(member)) {
        lines.add("    %1$s = Values.copy(%1$s);\n".formatted(component));
      }
    }
    return lines.isEmpty()
        ? ""
        : "  public %s {\n%s  }\n\n".formatted(name, String.join("", lines));
  }

  private String factories() {
    List<String> casts = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      casts.add("\n        (" + type(members.get(i).shapeName()) + ") values[" + i + "]");
    }
    String setters =
        members.stream()
            .map(m -> "\n        .%1$s(%1$s)".formatted(m.component()))
            .collect(Collectors.joining());
    return """
      @SuppressWarnings("unchecked")
      private static %1$s of(@Nullable Object[] values) {
        return new %1$s(%2$s);
      }

      public static Builder builder() {
        return new Builder();
      }

      public Builder toBuilder() {
        return new Builder()%3$s;
      }

    """
        .formatted(name, String.join(",", casts), setters);
  }

  private String orEmptyMethods() {
    StringBuilder methods = new StringBuilder();
    for (Model.Member member : members) {
      if (!member.required() && isCollection(member)) {
        String type = type(member.shapeName());
        methods.append(
            """
              /// `%1$s`, empty if absent.
              public %2$s %1$sOrEmpty() {
                return %1$s == null ? %3$s.of() : %1$s;
              }

            """
                .formatted(member.component(), type, type.startsWith("List") ? "List" : "Map"));
      }
    }
    return methods.toString();
  }

  private String structureMethods() {
    if (members.isEmpty()) {
      return structureMethods("throw new IndexOutOfBoundsException(index);");
    }
    StringBuilder cases = new StringBuilder();
    for (int i = 0; i < members.size(); i++) {
      cases.append("      case %d -> %s;\n".formatted(i, members.get(i).component()));
    }
    return structureMethods(
        "return switch (index) {\n%s      default -> throw new IndexOutOfBoundsException(index);\n    };"
            .formatted(cases));
  }

  private String structureMethods(String body) {
    return """
      @Override
      public StructureShape<%1$s> shape() {
        return SHAPE;
      }

      @Override
      public @Nullable Object valueAt(int index) {
        %2$s
      }

      @Override
      public String toString() {
        return Values.describe(this);
      }

    """
        .formatted(name, body);
  }

  private String builder() {
    StringBuilder source =
        new StringBuilder(
            "  /// Collects the members of a `%s`. Not thread-safe.\n".formatted(name));
    source.append("  public static final class Builder {\n\n");
    for (Model.Member member : members) {
      source.append(
          "    private @Nullable %s %s;\n".formatted(type(member.shapeName()), member.component()));
    }
    source.append("\n    private Builder() {}\n");
    for (Model.Member member : members) {
      source.append(
          """

              public Builder %1$s(@Nullable %2$s %1$s) {
                this.%1$s = %1$s;
                return this;
              }
          """
              .formatted(member.component(), type(member.shapeName())));
    }
    String arguments =
        members.stream().map(Model.Member::component).collect(Collectors.joining(", "));
    boolean anyRequired = members.stream().anyMatch(Model.Member::required);
    String refusal =
        anyRequired
            ? "    /// Throws [IllegalArgumentException] if a required member is absent.\n"
            : "";
    return source
        .append(
            "\n%s    public %s build() {\n      return new %s(%s);\n    }\n  }\n"
                .formatted(refusal, name, name, arguments))
        .toString();
  }
}
