package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Range;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import java.util.List;
import java.util.Map;

/// Checks a structure against every constraint of its model and refuses the first that is broken
/// with EC2's codes, naming the parameter as a request writes it.
final class Ec2Constraints {

  /// Shapes whose unknown words EC2 refuses with a code of their own.
  private static final Map<String, String> CODE_BY_CHOICE =
      Map.of("VolumeType", "UnknownVolumeType");

  private Ec2Constraints() {}

  static void requireValid(Structure structure) {
    structure(structure, "");
  }

  static AwsException badValue(String name, String value, String hint) {
    return AwsException.sender(
        "InvalidParameterValue",
        400,
        "Value (" + value + ") for parameter " + name + " is invalid. " + hint);
  }

  private static void structure(Structure structure, String prefix) {
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Object value = structure.valueAt(i);
      String name = prefix + FormDialect.EC2.requestName(member);
      if (value != null) {
        check(member.shape(), value, name);
      } else if (member.required()) {
        throw AwsException.sender(
            "MissingParameter", 400, "The request must contain the parameter " + name);
      }
    }
  }

  private static void check(Shape shape, Object value, String name) {
    switch (shape) {
      case Shape.Text text -> checkText(text, (String) value, name);
      case Choice choice -> checkChoice(choice, value, name);
      case Shape.Whole whole ->
          checkRange(whole.value(), ((Number) value).longValue(), value, name);
      case Shape.Binary binary -> checkRange(binary.length(), ((Blob) value).size(), "blob", name);
      case Shape.Listing listing -> {
        List<?> list = (List<?>) value;
        checkRange(listing.length(), list.size(), list.size() + " elements", name);
        for (int i = 0; i < list.size(); i++) {
          check(listing.element(), list.get(i), name + "." + (i + 1));
        }
      }
      case StructureShape<?> _ -> structure((Structure) value, name + ".");
      case Shape.Flag _, Shape.Moment _, Shape.Mapping _ -> {}
    }
  }

  private static void checkText(Shape.Text text, String value, String name) {
    checkRange(text.length(), value.length(), text.sensitive() ? "(sensitive)" : value, name);
    if (text.pattern() != null && !text.pattern().accepts(value)) {
      throw badValue(name, value, "It must match the pattern " + text.pattern().text() + ".");
    }
  }

  private static void checkChoice(Choice choice, Object value, String name) {
    if (!(value instanceof String word)) {
      return;
    }
    String code = CODE_BY_CHOICE.get(choice.name());
    if (code != null) {
      throw AwsException.sender(
          code, 400, "Unsupported volume type '" + word + "' for volume creation.");
    }
    throw badValue(name, word, "It must be one of " + String.join(", ", choice.wireValues()) + ".");
  }

  private static void checkRange(Range range, long number, Object shown, String name) {
    if (number < range.min() || number > range.max()) {
      String hint =
          range.hasMin() && range.hasMax()
              ? "Expecting a value between " + range.min() + " and " + range.max() + "."
              : range.hasMin()
                  ? "Expecting a value of at least " + range.min() + "."
                  : "Expecting a value of at most " + range.max() + ".";
      throw badValue(name, shown.toString(), hint);
    }
  }
}
