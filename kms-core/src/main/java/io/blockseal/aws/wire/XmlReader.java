package io.blockseal.aws.wire;

import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import java.util.ArrayList;
import java.util.List;

/// Reads an XML answer as a structure, for a client. Elements that the model does not know are
/// skipped.
final class XmlReader {

  private XmlReader() {}

  /// Throws [IllegalArgumentException] that names the element if a value does not fit its shape.
  static <T extends Structure> RawStructure<T> read(StructureShape<T> shape, XmlElement element) {
    RawStructure<T> structure = new RawStructure<>(shape);
    List<Member> members = shape.members();
    for (int i = 0; i < members.size(); i++) {
      XmlElement child = element.child(members.get(i).xmlName());
      if (child != null) {
        structure.set(i, value(members.get(i).shape(), child));
      }
    }
    return structure;
  }

  private static Object value(Shape shape, XmlElement element) {
    return switch (shape) {
      case StructureShape<?> structure -> read(structure, element);
      case Shape.Listing listing -> list(listing, element);
      case Shape.Mapping mapping ->
          throw new IllegalStateException("no XML of a map: " + mapping.name());
      default -> {
        Object value = ScalarText.parse(shape, element.text());
        if (value == null) {
          throw new IllegalArgumentException(
              "<" + element.name() + "> does not hold a " + shape.name());
        }
        yield value;
      }
    };
  }

  private static List<Object> list(Shape.Listing listing, XmlElement element) {
    List<Object> elements = new ArrayList<>();
    for (XmlElement child : element.children()) {
      elements.add(value(listing.element(), child));
    }
    return elements;
  }
}
