package io.blockseal.iam;

import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A resource policy, read and ready to be asked. Immutable.
///
/// Not supported, and refused when read: policy variables, and the condition operators for dates,
/// IP addresses and binary values.
public final class PolicyDocument {
  private static final Set<String> DOCUMENT_ELEMENTS = Set.of("Version", "Id", "Statement");
  private static final Set<String> STATEMENT_ELEMENTS =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");
  private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");

  private final List<Statement> statements;

  private PolicyDocument(List<Statement> statements) {
    this.statements = List.copyOf(statements);
  }

  /// Reads a resource policy, in which every statement names its principals.
  public static PolicyDocument parse(String text) throws MalformedPolicyException {
    Map<String, @Nullable Object> document;
    try {
      document = Json.readObject(text);
    } catch (JsonSyntaxException e) {
      throw new MalformedPolicyException("Policy is not valid JSON: " + e.getMessage());
    }
    checkElements("Policy", document, DOCUMENT_ELEMENTS);
    Object version = document.get("Version");
    if (version != null && !VERSIONS.contains(version)) {
      throw new MalformedPolicyException("Policy has an unknown Version: " + version);
    }
    Object statement = document.get("Statement");
    List<?> listed =
        statement instanceof List<?> list
            ? list
            : statement == null ? List.of() : List.of(statement);
    if (listed.isEmpty()) {
      throw new MalformedPolicyException("Policy has no Statement.");
    }
    List<Statement> statements = new ArrayList<>();
    for (Object one : listed) {
      statements.add(statement(one, statements.size() + 1));
    }
    return new PolicyDocument(statements);
  }

  List<Statement> statements() {
    return statements;
  }

  private static Statement statement(@Nullable Object value, int place)
      throws MalformedPolicyException {
    Map<String, @Nullable Object> elements = object(value, "Statement " + place);
    checkElements("Statement " + place, elements, STATEMENT_ELEMENTS);
    String name = elements.get("Sid") instanceof String sid ? sid : "#" + place;
    boolean notActions = oneOf(elements, "NotAction", "Action", name);
    boolean notResources = oneOf(elements, "NotResource", "Resource", name);
    boolean notPrincipals = oneOf(elements, "NotPrincipal", "Principal", name);
    List<String> actions = new ArrayList<>();
    for (String action : texts(elements.get(notActions ? "NotAction" : "Action"), name)) {
      if (!action.equals("*") && !action.matches("[A-Za-z0-9-]+:[A-Za-z0-9*?]+")) {
        throw new MalformedPolicyException(
            "Statement " + name + " has an invalid action: " + action);
      }
      actions.add(action.toLowerCase(Locale.ROOT));
    }
    return new Statement(
        name,
        effect(elements.get("Effect"), name),
        notPrincipals,
        principals(elements.get(notPrincipals ? "NotPrincipal" : "Principal"), name),
        notActions,
        actions,
        notResources,
        texts(elements.get(notResources ? "NotResource" : "Resource"), name),
        conditions(elements.get("Condition"), name));
  }

  private static Statement.Effect effect(@Nullable Object value, String name)
      throws MalformedPolicyException {
    if ("Allow".equals(value)) {
      return Statement.Effect.ALLOW;
    }
    if ("Deny".equals(value)) {
      return Statement.Effect.DENY;
    }
    throw new MalformedPolicyException(
        "Statement " + name + " needs the Effect Allow or Deny, not " + value + ".");
  }

  /// Whether the first of two elements is the one that is there.
  private static boolean oneOf(
      Map<String, @Nullable Object> elements, String negative, String positive, String name)
      throws MalformedPolicyException {
    if (elements.containsKey(negative) == elements.containsKey(positive)) {
      throw new MalformedPolicyException(
          "Statement %s needs either %s or %s.".formatted(name, positive, negative));
    }
    return elements.containsKey(negative);
  }

  private static List<PrincipalPattern> principals(@Nullable Object value, String name)
      throws MalformedPolicyException {
    if ("*".equals(value)) {
      return List.of(new PrincipalPattern.Anyone());
    }
    List<PrincipalPattern> principals = new ArrayList<>();
    for (Map.Entry<String, @Nullable Object> kind :
        object(value, "Principal of statement " + name).entrySet()) {
      for (String text : texts(kind.getValue(), name)) {
        principals.add(
            switch (kind.getKey()) {
              case "AWS" -> PrincipalPattern.ofAws(text);
              case "Service" -> PrincipalPattern.ofService(text);
              default ->
                  throw new MalformedPolicyException(
                      "Policy contains a statement with one or more invalid principals.");
            });
      }
    }
    return principals;
  }

  private static List<Condition> conditions(@Nullable Object value, String name)
      throws MalformedPolicyException {
    List<Condition> conditions = new ArrayList<>();
    if (value == null) {
      return conditions;
    }
    for (Map.Entry<String, @Nullable Object> operator :
        object(value, "Condition of statement " + name).entrySet()) {
      for (Map.Entry<String, @Nullable Object> line :
          object(operator.getValue(), operator.getKey()).entrySet()) {
        conditions.add(
            Condition.of(operator.getKey(), line.getKey(), texts(line.getValue(), name)));
      }
    }
    return conditions;
  }

  private static void checkElements(
      String what, Map<String, @Nullable Object> elements, Set<String> known)
      throws MalformedPolicyException {
    for (String element : elements.keySet()) {
      if (!known.contains(element)) {
        throw new MalformedPolicyException(what + " has an unknown element: " + element);
      }
    }
  }

  private static Map<String, @Nullable Object> object(@Nullable Object value, String what)
      throws MalformedPolicyException {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      map.forEach((key, member) -> object.put((String) key, member));
      return object;
    }
    throw new MalformedPolicyException(what + " must be a JSON object.");
  }

  /// A text or a list of texts; numbers and flags count as their text.
  private static List<String> texts(@Nullable Object value, String name)
      throws MalformedPolicyException {
    List<?> listed =
        value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
    List<String> texts = new ArrayList<>();
    for (Object one : listed) {
      if (!(one instanceof String) && !(one instanceof Number) && !(one instanceof Boolean)) {
        throw new MalformedPolicyException(
            "Statement " + name + " has a value that is no text: " + one);
      }
      texts.add(one.toString());
    }
    if (texts.isEmpty()) {
      throw new MalformedPolicyException("Statement " + name + " has an empty element.");
    }
    return texts;
  }
}
