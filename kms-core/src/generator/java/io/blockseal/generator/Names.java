package io.blockseal.generator;

import java.util.Locale;
import java.util.Set;

/// Turns the names of a model into Java's.
final class Names {

  /// Words that cannot name a record component: Java's keywords and the methods of every object or
  /// builder.
  private static final Set<String> TAKEN =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "build",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "clone",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "final",
          "finalize",
          "finally",
          "float",
          "for",
          "getClass",
          "goto",
          "hashCode",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "notify",
          "notifyAll",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "shape",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "toBuilder",
          "toString",
          "transient",
          "try",
          "valueAt",
          "void",
          "volatile",
          "wait",
          "while");

  private Names() {}

  /// `KeyId` to `keyId`, `AWSAccountId` to `awsAccountId`, `SSEType` to `sseType`.
  static String component(String name) {
    int capitals = 0;
    while (capitals < name.length() && Character.isUpperCase(name.charAt(capitals))) {
      capitals++;
    }
    boolean startsWithWord =
        capitals > 1 && capitals < name.length() && Character.isLowerCase(name.charAt(capitals));
    int lowered = startsWithWord ? capitals - 1 : capitals;
    String component =
        name.substring(0, lowered).toLowerCase(Locale.ROOT) + name.substring(lowered);
    return TAKEN.contains(component) ? component + "_" : component;
  }

  static String capitalised(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /// `in-use` to `IN_USE`, `GenerateDataKey` to `GENERATE_DATA_KEY`, `ECC_NIST_P256` to itself.
  static String constant(String value) {
    String spaced = value;
    if (!value.equals(value.toUpperCase(Locale.ROOT))) {
      spaced =
          value.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("([A-Z])([A-Z][a-z])", "$1_$2");
    }
    String constant = spaced.replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT);
    return Character.isDigit(constant.charAt(0)) ? "_" + constant : constant;
  }

  /// A Java string literal; `null` for null.
  static String literal(String value) {
    if (value == null) {
      return "null";
    }
    StringBuilder literal = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7e) {
        literal.append(String.format("\\u%04x", (int) c));
      } else {
        literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
