package io.blockseal.aws.wire;

import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.WireEnum;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// Writes a structure as JSON: absent members are left out, timestamps are seconds since 1970 with
/// milliseconds.
final class JsonWriter {

  private static final int INITIAL_BYTES = 512;
  private static final int MILLI_DIGITS = 3;

  private JsonWriter() {}

  static byte[] write(Structure structure) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(INITIAL_BYTES);
    try (JsonGenerator generator = JsonFormat.generator(json)) {
      write(generator, structure);
    }
    return json.toByteArray();
  }

  private static void write(JsonGenerator generator, Structure structure) {
    generator.writeStartObject();
    List<Member> members = structure.shape().members();
    for (int i = 0; i < members.size(); i++) {
      Object value = structure.valueAt(i);
      if (value != null) {
        generator.writeName(members.get(i).name());
        writeValue(generator, value);
      }
    }
    generator.writeEndObject();
  }

  private static void writeValue(JsonGenerator generator, Object value) {
    switch (value) {
      case String text -> generator.writeString(text);
      case WireEnum word -> generator.writeString(ScalarText.of(word));
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Boolean flag -> generator.writeBoolean(flag);
      case Instant moment ->
          generator.writeNumber(BigDecimal.valueOf(moment.toEpochMilli(), MILLI_DIGITS));
      case Blob blob -> generator.writeString(blob.toBase64());
      case Structure structure -> write(generator, structure);
      case List<?> list -> {
        generator.writeStartArray();
        list.forEach(element -> writeValue(generator, element));
        generator.writeEndArray();
      }
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach(
            (key, element) -> {
              generator.writeName((String) key);
              writeValue(generator, element);
            });
        generator.writeEndObject();
      }
      default -> throw ScalarText.unknown(value);
    }
  }
}
