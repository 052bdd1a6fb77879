package io.blockseal.generator;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A service model, sorted into what becomes a file each. Whatever the generator has no answer for
/// is refused here.
final class Model {

  record Member(String name, Map<String, Object> reference, boolean required) {

    String shapeName() {
      return (String) reference.get("shape");
    }

    String text(String key) {
      return (String) reference.get(key);
    }

    String component() {
      return Names.component(name);
    }
  }

  record Structure(String name, List<Member> members) {}

  record Enumeration(String name, List<String> values) {}

  record Failure(String name, int httpStatus, boolean fault, String code) {}

  record Operation(
      String name, String input, String output, boolean hasOutput, String method, String uri) {

    String methodName() {
      return Names.component(name);
    }
  }

  private final String prefix;
  private final Map<String, Object> metadata;
  private final Map<String, Object> shapes;
  private final List<Structure> structures = new ArrayList<>();
  private final List<Enumeration> enumerations = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  private Model(String prefix, Map<String, Object> metadata, Map<String, Object> shapes) {
    this.prefix = prefix;
    this.metadata = metadata;
    this.shapes = shapes;
  }

  static Model read(String prefix, Object json) {
    Map<String, Object> root = map(json);
    Model model = new Model(prefix, map(root.get("metadata")), map(root.get("shapes")));
    Set<String> errors = new TreeSet<>();
    map(root.get("operations"))
        .values()
        .forEach(operation -> model.addOperation(map(operation), errors));
    for (String error : errors) {
      model.addFailure(error);
    }
    model.shapes.forEach((name, shape) -> model.addShape(name, map(shape), errors));
    model.structures.forEach(structure -> model.refuseRecursion(structure.name(), new HashSet<>()));
    return model;
  }

  private void addOperation(Map<String, Object> json, Set<String> errors) {
    String name = (String) json.get("name");
    boolean hasOutput = json.containsKey("output");
    String input = shapeOr(json.get("input"), name + "Request");
    String output = shapeOr(json.get("output"), name + "Response");
    Map<String, Object> http = map(json.get("http"));
    String method = (String) http.get("method");
    String uri = (String) http.get("requestUri");
    operations.add(new Operation(name, input, output, hasOutput, method, uri));
    for (Object error : (List<?>) json.getOrDefault("errors", List.of())) {
      errors.add((String) map(error).get("shape"));
    }
  }

  /// The shape that an operation names; one without members is made up if it names none.
  private String shapeOr(Object reference, String otherwise) {
    if (reference != null) {
      return (String) map(reference).get("shape");
    }
    structures.add(new Structure(otherwise, List.of()));
    return otherwise;
  }

  private void addFailure(String name) {
    Map<String, Object> shape = map(shapes.get(name));
    for (String member : map(shape.get("members")).keySet()) {
      if (!member.equalsIgnoreCase("message")) {
        throw new IllegalArgumentException(
            "error " + name + " has a member " + member + ", which is not handled");
      }
    }
    boolean fault = Boolean.TRUE.equals(shape.get("fault"));
    Map<String, Object> error = map(shape.getOrDefault("error", Map.of()));
    if (protocol().equals("json")) {
      // Recorded: AWS JSON services answer 400 to every sender's error, whatever status a model
      // names.
      failures.add(new Failure(name, fault ? 500 : 400, fault, name));
      return;
    }
    BigDecimal status =
        (BigDecimal) error.getOrDefault("httpStatusCode", new BigDecimal(fault ? 500 : 400));
    failures.add(
        new Failure(
            name, status.intValueExact(), fault, (String) error.getOrDefault("code", name)));
  }

  private void addShape(String name, Map<String, Object> shape, Set<String> errors) {
    if (shape.containsKey("enum")) {
      enumerations.add(new Enumeration(name, strings(shape.get("enum"))));
    }
    if (shape.get("type").equals("structure") && !errors.contains(name)) {
      structures.add(new Structure(name, members(shape)));
    }
  }

  private static List<Member> members(Map<String, Object> shape) {
    List<String> required = strings(shape.getOrDefault("required", List.of()));
    List<Member> members = new ArrayList<>();
    map(shape.get("members"))
        .forEach(
            (name, reference) ->
                members.add(new Member(name, map(reference), required.contains(name))));
    return members;
  }

  /// A shape constant holds the shapes inside it, which a shape inside itself would break.
  private void refuseRecursion(String name, Set<String> path) {
    if (!shapes.containsKey(name)) {
      return;
    }
    if (!path.add(name)) {
      throw new IllegalArgumentException(
          "shape " + name + " contains itself, which is not handled");
    }
    Map<String, Object> shape = shape(name);
    map(shape.getOrDefault("members", Map.of()))
        .values()
        .forEach(reference -> refuseRecursion((String) map(reference).get("shape"), path));
    for (String part : List.of("member", "key", "value")) {
      if (shape.containsKey(part)) {
        refuseRecursion((String) map(shape.get(part)).get("shape"), path);
      }
    }
    path.remove(name);
  }

  /// `Kms` of `KmsApi`.
  String prefix() {
    return prefix;
  }

  String protocol() {
    return (String) metadata.get("protocol");
  }

  String metadata(String key) {
    return (String) metadata.getOrDefault(key, "");
  }

  /// The name in a signature's scope, which models give only where it is not the endpoint's.
  String signingName() {
    return (String) metadata.getOrDefault("signingName", metadata.get("endpointPrefix"));
  }

  Map<String, Object> shape(String name) {
    Object shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no shape " + name);
    }
    return map(shape);
  }

  List<Structure> structures() {
    return structures;
  }

  List<Enumeration> enumerations() {
    return enumerations;
  }

  List<Failure> failures() {
    return failures;
  }

  List<Operation> operations() {
    return operations;
  }

  /// Every shape that is neither a structure, a collection nor an enum, by name.
  Map<String, Map<String, Object>> scalars() {
    Map<String, Map<String, Object>> scalars = new LinkedHashMap<>();
    shapes.forEach(
        (name, json) -> {
          Map<String, Object> shape = map(json);
          if (!shape.containsKey("enum")
              && !Set.of("structure", "list", "map").contains((String) shape.get("type"))) {
            scalars.put(name, shape);
          }
        });
    return scalars;
  }

  static String range(Map<String, Object> shape) {
    if (!shape.containsKey("min") && !shape.containsKey("max")) {
      return "Range.ANY";
    }
    String min = shape.containsKey("min") ? shape.get("min") + "L" : "Long.MIN_VALUE";
    String max = shape.containsKey("max") ? shape.get("max") + "L" : "Long.MAX_VALUE";
    return "new Range(" + min + ", " + max + ")";
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }

  @SuppressWarnings("unchecked")
  private static List<String> strings(Object json) {
    return (List<String>) json;
  }
}
