package io.blockseal.aws.shape;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The shape of a generated record: its members in the model's order and how to make one.
/// Immutable.
///
/// @param <T> the record
public final class StructureShape<T extends Structure> implements Shape {

  private final String name;
  private final List<Member> members;
  private final Map<String, Integer> indexByName;
  private final Function<@Nullable Object[], T> constructor;

  private StructureShape(
      String name, List<Member> members, Function<@Nullable Object[], T> constructor) {
    this.name = name;
    this.members = members;
    this.constructor = constructor;
    this.indexByName = HashMap.newHashMap(members.size());
    for (int i = 0; i < members.size(); i++) {
      indexByName.put(members.get(i).name(), i);
    }
  }

  /// The shape of a record whose components are these members, in this order.
  public static <T extends Structure> StructureShape<T> of(
      String name, Function<@Nullable Object[], T> constructor, Member... members) {
    return new StructureShape<>(name, List.of(members), constructor);
  }

  @Override
  public String name() {
    return name;
  }

  public List<Member> members() {
    return members;
  }

  /// The index of the member that the model calls so; -1 if there is none.
  public int indexOf(String memberName) {
    return indexByName.getOrDefault(memberName, -1);
  }

  /// Makes the record of these values, one for each member; null stands for absent. Throws
  /// [IllegalArgumentException] if a required one is absent.
  public T make(@Nullable Object[] values) {
    return constructor.apply(values);
  }

  @Override
  public String toString() {
    return name;
  }
}
