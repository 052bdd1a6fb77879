package io.blockseal.json;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// Reads and writes JSON as plain values: `Map<String, Object>` in document order, `List<Object>`,
/// [String], [Long] (or [BigInteger] beyond it), [BigDecimal], [Boolean] and null (RFC 8259).
///
/// Nesting is bounded by Jackson's own limit. Duplicate keys, trailing text and non-finite numbers
/// are refused.
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  /// The value that `text` spells.
  ///
  /// @throws JsonSyntaxException if it is not exactly one JSON value
  public static @Nullable Object read(String text) {
    try (JsonParser parser =
        FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonSyntaxException("text after the JSON value");
      }
      return value;
    } catch (JacksonException e) {
      throw new JsonSyntaxException(e.getOriginalMessage(), e);
    } catch (NumberFormatException e) { // its exponent is beyond that of a BigDecimal
      throw new JsonSyntaxException("a number is out of range", e);
    }
  }

  /// The object that `text` spells.
  ///
  /// @throws JsonSyntaxException if it is not exactly one JSON object
  public static Map<String, @Nullable Object> readObject(String text) {
    if (read(text) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      map.forEach((key, value) -> object.put((String) key, value));
      return object;
    }
    throw new JsonSyntaxException("not a JSON object");
  }

  /// `value` on one line.
  public static String write(@Nullable Object value) {
    return write(value, ObjectWriteContext.empty());
  }

  /// `value` indented by two spaces, for people.
  public static String writePretty(@Nullable Object value) {
    return write(
        value,
        new ObjectWriteContext.Base() {
          @Override
          public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
          }

          @Override
          public boolean hasPrettyPrinter() {
            return true;
          }
        });
  }

  private static String write(@Nullable Object value, ObjectWriteContext context) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(context, text)) {
      write(generator, value);
    }
    return text.toString();
  }

  private static @Nullable Object value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new JsonSyntaxException("no JSON value");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> decimal(parser.getDecimalValue());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new JsonSyntaxException("unexpected " + token);
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private static List<@Nullable Object> array(JsonParser parser) {
    List<@Nullable Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }

  private static Object integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }

  /// A number that would be written as an integer, as `2e0` would, is read as one.
  private static Object decimal(BigDecimal number) {
    if (number.scale() != 0) {
      return number;
    }
    BigInteger integer = number.unscaledValue();
    return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
  }

  private static void write(JsonGenerator generator, @Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean flag -> generator.writeBoolean(flag);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      case BigInteger number -> generator.writeNumber(number);
      case BigDecimal number -> generator.writeNumber(number);
      case Map<?, ?> members -> {
        generator.writeStartObject();
        members.forEach(
            (name, member) -> {
              generator.writeName((String) name);
              write(generator, member);
            });
        generator.writeEndObject();
      }
      case Iterable<?> items -> {
        generator.writeStartArray();
        items.forEach(item -> write(generator, item));
        generator.writeEndArray();
      }
      default ->
          throw new IllegalArgumentException("no JSON form for " + value.getClass().getName());
    }
  }
}
