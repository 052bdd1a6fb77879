package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import io.blockseal.aws.shape.WireEnum;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads JSON as a structure. Members that the model does not know are skipped, as AWS does; `null`
/// is absent. Confined to one call.
final class JsonReader {

  /// No instant of AWS is further from 1970 than this; also keeps a number such as `1e999999999`
  /// cheap.
  private static final BigDecimal MAX_EPOCH_SECONDS = new BigDecimal("1e12");

  private static final int NANO_DIGITS = 9;

  private final JsonParser parser;

  /// The members that led here, for the message of an error.
  private final List<String> path = new ArrayList<>();

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /// Reads a document that is one object; an empty one stands for no members. Throws an
  /// [AwsException] `SerializationException` otherwise.
  static <T extends Structure> RawStructure<T> read(StructureShape<T> shape, byte[] json) {
    if (json.length == 0) {
      return new RawStructure<>(shape);
    }
    try (JsonParser parser = JsonFormat.parser(json)) {
      JsonReader reader = new JsonReader(parser);
      parser.nextToken();
      RawStructure<T> structure = reader.structure(shape);
      if (parser.nextToken() != null) {
        throw failure("There is text after the end of the JSON document.");
      }
      return structure;
    } catch (JacksonException e) {
      throw failure("The request body is not well-formed JSON.");
    }
  }

  private <T extends Structure> RawStructure<T> structure(StructureShape<T> shape) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw mismatch("a structure");
    }
    RawStructure<T> structure = new RawStructure<>(shape);
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      int index = shape.indexOf(name);
      JsonToken token = parser.nextToken();
      if (index < 0) {
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        path.add(shape.members().get(index).javaName());
        structure.set(index, value(shape.members().get(index).shape()));
        path.removeLast();
      }
    }
    return structure;
  }

  private Object value(Shape shape) {
    return switch (shape) {
      case Shape.Text _ -> text();
      case Choice choice -> choice(choice);
      case Shape.Whole whole -> whole(whole);
      case Shape.Flag _ -> flag();
      case Shape.Moment _ -> moment();
      case Shape.Binary _ -> binary();
      case Shape.Listing listing -> list(listing);
      case Shape.Mapping mapping -> map(mapping);
      case StructureShape<?> structure -> structure(structure);
    };
  }

  private String text() {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw mismatch("a String");
    }
    return parser.getString();
  }

  private Object choice(Choice choice) {
    String word = text();
    WireEnum known = choice.find(word);
    return known == null ? word : known;
  }

  private Object whole(Shape.Whole whole) {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw mismatch(whole.wide() ? "a Long" : "an Integer");
    }
    JsonParser.NumberType type = parser.getNumberType();
    if (type == JsonParser.NumberType.INT) {
      return whole.wide() ? (Object) parser.getLongValue() : (Object) parser.getIntValue();
    }
    if (whole.wide() && type == JsonParser.NumberType.LONG) {
      return parser.getLongValue();
    }
    throw mismatch(whole.wide() ? "a Long" : "an Integer");
  }

  private Boolean flag() {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw mismatch("a Boolean");
    };
  }

  private Instant moment() {
    if (!parser.currentToken().isNumeric()) {
      throw mismatch("a Timestamp");
    }
    BigDecimal seconds = parser.getDecimalValue();
    if (seconds.abs().compareTo(MAX_EPOCH_SECONDS) > 0) {
      throw mismatch("a Timestamp");
    }
    BigDecimal rounded = seconds.setScale(NANO_DIGITS, RoundingMode.HALF_UP);
    BigDecimal whole = rounded.setScale(0, RoundingMode.FLOOR);
    long nanos = rounded.subtract(whole).unscaledValue().longValueExact();
    return Instant.ofEpochSecond(whole.longValueExact(), nanos);
  }

  private Blob binary() {
    String base64 = text();
    try {
      return Blob.fromBase64(base64);
    } catch (IllegalArgumentException e) {
      throw failure("The value at '" + where() + "' is not valid base64.");
    }
  }

  private List<Object> list(Shape.Listing listing) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw mismatch("a list");
    }
    List<Object> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      path.add(Integer.toString(elements.size() + 1));
      elements.add(value(listing.element()));
      path.removeLast();
    }
    return elements;
  }

  private Map<String, Object> map(Shape.Mapping mapping) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw mismatch("a map");
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      parser.nextToken();
      path.add(key);
      entries.put(key, value(mapping.value()));
      path.removeLast();
    }
    return entries;
  }

  private String where() {
    return String.join(".", path);
  }

  private AwsException mismatch(String wanted) {
    JsonToken token = parser.currentToken();
    String found = found(token);
    String place = path.isEmpty() ? "The request body" : "The value at '" + where() + "'";
    return failure(place + " is " + found + ", which can not be converted to " + wanted + ".");
  }

  private static String found(@Nullable JsonToken token) {
    return switch (token) {
      case null -> "missing";
      case START_OBJECT -> "a structure or map";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "STRING_VALUE";
      case VALUE_NUMBER_INT -> "NUMBER_VALUE";
      case VALUE_NUMBER_FLOAT -> "DECIMAL_VALUE";
      case VALUE_TRUE -> "TRUE_VALUE";
      case VALUE_FALSE -> "FALSE_VALUE";
      case VALUE_NULL -> "NULL_VALUE";
      default -> "not a value";
    };
  }

  private static AwsException failure(String message) {
    return AwsException.sender("SerializationException", 400, message);
  }
}
