package io.blockseal.aws.wire;

import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A structure that came off the wire and may still break its model: a required member may be
/// absent, a value out of range, a word of a closed set unknown. Confined to one call.
///
/// Its values are those of the record it becomes, except that structures inside it are raw too and
/// that an unknown word of a [Choice] is the `String` that came.
public final class RawStructure<T extends Structure> implements Structure {

  private final StructureShape<T> shape;
  private final @Nullable Object[] values;

  RawStructure(StructureShape<T> shape) {
    this.shape = shape;
    this.values = new @Nullable Object[shape.members().size()];
  }

  @Override
  public StructureShape<T> shape() {
    return shape;
  }

  @Override
  public @Nullable Object valueAt(int index) {
    return values[index];
  }

  void set(int index, @Nullable Object value) {
    values[index] = value;
  }

  /// The record of these values; an unknown word becomes `UNRECOGNIZED`. Throws
  /// [IllegalArgumentException] if a required member is absent.
  public T toRecord() {
    @Nullable Object[] finished = new @Nullable Object[values.length];
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      finished[i] = value == null ? null : finished(shape.members().get(i).shape(), value);
    }
    return shape.make(finished);
  }

  private static Object finished(Shape shape, Object value) {
    return switch (value) {
      case RawStructure<?> structure -> structure.toRecord();
      case List<?> list when shape instanceof Shape.Listing listing ->
          list.stream().map(element -> finished(listing.element(), element)).toList();
      case Map<?, ?> map when shape instanceof Shape.Mapping mapping -> finished(mapping, map);
      case String _ when shape instanceof Choice choice -> choice.unrecognized();
      default -> value;
    };
  }

  private static Map<String, Object> finished(Shape.Mapping mapping, Map<?, ?> map) {
    Map<String, Object> result = LinkedHashMap.newLinkedHashMap(map.size());
    map.forEach((key, value) -> result.put((String) key, finished(mapping.value(), value)));
    return result;
  }
}
