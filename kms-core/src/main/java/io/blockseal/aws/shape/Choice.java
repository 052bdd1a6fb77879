package io.blockseal.aws.shape;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of a closed set of words: the shape of a generated enum. Immutable.
public final class Choice implements Shape {

  private final String name;
  private final WireEnum unrecognized;
  private final Map<String, WireEnum> byWireValue;

  private Choice(String name, WireEnum unrecognized, Map<String, WireEnum> byWireValue) {
    this.name = name;
    this.unrecognized = unrecognized;
    this.byWireValue = byWireValue;
  }

  /// The shape of an enum; `constants` are all of them, `unrecognized` is the one that stands for
  /// the rest.
  public static Choice of(String name, WireEnum unrecognized, List<? extends WireEnum> constants) {
    Map<String, WireEnum> byWireValue = new LinkedHashMap<>();
    for (WireEnum constant : constants) {
      if (!constant.equals(unrecognized)) {
        byWireValue.put(constant.wireValue(), constant);
      }
    }
    return new Choice(name, unrecognized, Collections.unmodifiableMap(byWireValue));
  }

  @Override
  public String name() {
    return name;
  }

  /// The constant of this wire value; null if the model has none.
  public @Nullable WireEnum find(String wireValue) {
    return byWireValue.get(wireValue);
  }

  public WireEnum unrecognized() {
    return unrecognized;
  }

  /// The wire values that the model lists, in its order.
  public Iterable<String> wireValues() {
    return byWireValue.keySet();
  }

  @Override
  public String toString() {
    return name + byWireValue.keySet();
  }
}
