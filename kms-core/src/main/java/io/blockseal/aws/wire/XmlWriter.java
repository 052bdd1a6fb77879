package io.blockseal.aws.wire;

import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes XML 1.0, indented like AWS's. Confined to one call.
///
/// A character that XML cannot carry at all, such as NUL, is written as U+FFFD, so that the answer
/// as a whole stays readable.
final class XmlWriter {

  private static final int INITIAL_CHARS = 512;
  private static final String INDENT = "    ";

  private final StringBuilder xml =
      new StringBuilder(INITIAL_CHARS).append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private int depth;

  XmlWriter open(String name) {
    return open(name, "");
  }

  /// Opens an element, in a namespace unless that is empty.
  XmlWriter open(String name, String namespace) {
    indent();
    xml.append('<').append(name);
    if (!namespace.isEmpty()) {
      xml.append(" xmlns=\"");
      text(namespace);
      xml.append('"');
    }
    xml.append(">\n");
    depth++;
    return this;
  }

  XmlWriter close(String name) {
    depth--;
    indent();
    xml.append("</").append(name).append(">\n");
    return this;
  }

  XmlWriter element(String name, String value) {
    indent();
    xml.append('<').append(name).append('>');
    text(value);
    xml.append("</").append(name).append(">\n");
    return this;
  }

  /// Writes the members that are present; an empty list is an empty element.
  XmlWriter members(Structure structure, FormDialect dialect) {
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Object value = structure.valueAt(i);
      if (value != null) {
        value(members.get(i).shape(), value, members.get(i).xmlName(), dialect);
      }
    }
    return this;
  }

  private void value(Shape shape, Object value, String name, FormDialect dialect) {
    switch (value) {
      case Structure structure -> open(name).members(structure, dialect).close(name);
      case List<?> list when list.isEmpty() -> empty(name);
      case List<?> list when shape instanceof Shape.Listing listing -> {
        open(name);
        for (Object element : list) {
          value(listing.element(), element, dialect.elementName(listing), dialect);
        }
        close(name);
      }
      default -> element(name, ScalarText.of(value));
    }
  }

  private void empty(String name) {
    indent();
    xml.append('<').append(name).append("/>\n");
  }

  private void indent() {
    for (int i = 0; i < depth; i++) {
      xml.append(INDENT);
    }
  }

  private void text(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        case '&' -> xml.append("&amp;");
        case '"' -> xml.append("&quot;");
        case '\r' -> xml.append("&#xD;");
        case '\n', '\t' -> xml.append(c);
        default -> xml.append(c < ' ' || c == '\uFFFE' || c == '\uFFFF' ? '\uFFFD' : c);
      }
    }
  }

  byte[] toBytes() {
    return xml.toString().getBytes(StandardCharsets.UTF_8);
  }
}
