package io.blockseal.generator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The source of an enum.
final class EnumSource {

  private EnumSource() {}

  static String text(Model.Enumeration enumeration) {
    Map<String, String> wireValueByConstant = new LinkedHashMap<>();
    for (String value : enumeration.values()) {
      String constant = Names.constant(value);
      if (constant.equals("UNRECOGNIZED") || wireValueByConstant.put(constant, value) != null) {
        throw new IllegalArgumentException(
            enumeration.name() + " has two values named " + constant);
      }
    }
    String constants =
        wireValueByConstant.entrySet().stream()
            .map(entry -> "  %s(%s),\n".formatted(entry.getKey(), Names.literal(entry.getValue())))
            .collect(Collectors.joining());
    return """
    import io.blockseal.aws.shape.Choice;
    import io.blockseal.aws.shape.WireEnum;
    import java.util.List;

    /// The values of `%1$s`.
    public enum %1$s implements WireEnum {
    %2$s  /// What a client makes of a value that the model does not list.
      UNRECOGNIZED("UNRECOGNIZED");

      public static final Choice SHAPE = Choice.of("%1$s", UNRECOGNIZED, List.of(values()));

      private final String wireValue;

      %1$s(String wireValue) {
        this.wireValue = wireValue;
      }

      /// The constant of this wire value; `UNRECOGNIZED` if the model has none.
      public static %1$s of(String wireValue) {
        WireEnum found = SHAPE.find(wireValue);
        return found == null ? UNRECOGNIZED : (%1$s) found;
      }

      @Override
      public String wireValue() {
        return wireValue;
      }

      @Override
      public String toString() {
        return wireValue;
      }
    }
    """
        .formatted(enumeration.name(), constants);
  }
}
