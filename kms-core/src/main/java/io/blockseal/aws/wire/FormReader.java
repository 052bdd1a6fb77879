package io.blockseal.aws.wire;

import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import java.util.ArrayList;
import java.util.List;

/// Reads a form as a structure. Immutable.
final class FormReader {

  private final FormDialect dialect;

  FormReader(FormDialect dialect) {
    this.dialect = dialect;
  }

  <T extends Structure> RawStructure<T> read(StructureShape<T> shape, Form form) {
    return structure(shape, form, "");
  }

  private <T extends Structure> RawStructure<T> structure(
      StructureShape<T> shape, Form form, String prefix) {
    RawStructure<T> structure = new RawStructure<>(shape);
    List<Member> members = shape.members();
    for (int i = 0; i < members.size(); i++) {
      String name = dialect.requestName(members.get(i));
      Form node = form.child(name);
      if (node != null) {
        structure.set(i, value(members.get(i).shape(), node, prefix + name));
      }
    }
    return structure;
  }

  private Object value(Shape shape, Form node, String name) {
    return switch (shape) {
      case Shape.Listing listing -> list(listing, node, name);
      case StructureShape<?> structure -> structure(structure, node, name + ".");
      case Shape.Mapping mapping ->
          throw new IllegalStateException("no form of a map: " + mapping.name());
      default -> scalar(shape, node.value() == null ? "" : node.value(), name);
    };
  }

  /// A list that came as `Name=` is empty, which is how botocore writes one.
  private List<Object> list(Shape.Listing listing, Form node, String name) {
    String step = dialect.listStep(listing);
    Form parent = step.isEmpty() ? node : node.child(step);
    List<Object> elements = new ArrayList<>();
    if (parent != null) {
      for (Form element : parent.numbered()) {
        elements.add(value(listing.element(), element, name + "." + (elements.size() + 1)));
      }
    }
    return elements;
  }

  private Object scalar(Shape shape, String text, String name) {
    Object value = ScalarText.parse(shape, text);
    if (value == null) {
      throw dialect.badScalar(name, text, shape);
    }
    return value;
  }
}
