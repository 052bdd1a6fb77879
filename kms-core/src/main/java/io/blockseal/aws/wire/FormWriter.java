package io.blockseal.aws.wire;

import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import java.util.List;

/// Writes a structure as a form, for a client. Confined to one call.
final class FormWriter {

  private final FormDialect dialect;
  private final StringBuilder form = new StringBuilder();

  private FormWriter(FormDialect dialect) {
    this.dialect = dialect;
  }

  static String write(FormDialect dialect, String action, String version, Structure input) {
    FormWriter writer = new FormWriter(dialect);
    writer.field("Action", action);
    writer.field("Version", version);
    writer.structure(input, "");
    return writer.form.toString();
  }

  private void structure(Structure structure, String prefix) {
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Object value = structure.valueAt(i);
      if (value != null) {
        value(members.get(i).shape(), value, prefix + dialect.requestName(members.get(i)));
      }
    }
  }

  private void value(Shape shape, Object value, String name) {
    switch (value) {
      case Structure structure -> structure(structure, name + ".");
      case List<?> list when shape instanceof Shape.Listing listing -> list(listing, list, name);
      default -> field(name, ScalarText.of(value));
    }
  }

  private void list(Shape.Listing listing, List<?> list, String name) {
    if (list.isEmpty()) {
      field(name, "");
      return;
    }
    String step = dialect.listStep(listing);
    String prefix = step.isEmpty() ? name + "." : name + "." + step + ".";
    for (int i = 0; i < list.size(); i++) {
      value(listing.element(), list.get(i), prefix + (i + 1));
    }
  }

  private void field(String name, String value) {
    if (!form.isEmpty()) {
      form.append('&');
    }
    form.append(PercentCoding.encode(name)).append('=').append(PercentCoding.encode(value));
  }
}
