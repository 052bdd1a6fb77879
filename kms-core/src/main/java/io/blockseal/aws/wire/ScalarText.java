package io.blockseal.aws.wire;

import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.WireEnum;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Scalars as the text of forms and XML.
final class ScalarText {

  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ScalarText() {}

  /// The value that the text stands for; null if it stands for none. An unknown word of a [Choice]
  /// stays text.
  static @Nullable Object parse(Shape scalar, String text) {
    try {
      return switch (scalar) {
        case Shape.Text _ -> text;
        case Choice choice -> {
          WireEnum known = choice.find(text);
          yield known == null ? text : known;
        }
        case Shape.Whole whole ->
            whole.wide() ? (Object) Long.valueOf(text) : (Object) Integer.valueOf(text);
        case Shape.Flag _ -> flag(text);
        case Shape.Moment _ -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        case Shape.Binary _ -> Blob.fromBase64(text);
        default -> throw new IllegalStateException(scalar.name() + " is not a scalar");
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  static String of(Object scalar) {
    return switch (scalar) {
      case String text -> text;
      case WireEnum word -> of(word);
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Boolean flag -> flag.toString();
      case Instant moment -> ISO_MILLIS.format(moment);
      case Blob blob -> blob.toBase64();
      default -> throw unknown(scalar);
    };
  }

  static String of(WireEnum word) {
    if (((Enum<?>) word).name().equals("UNRECOGNIZED")) {
      throw new IllegalStateException(
          "UNRECOGNIZED is not a value of " + word.getClass().getSimpleName());
    }
    return word.wireValue();
  }

  static IllegalStateException unknown(Object value) {
    return new IllegalStateException("no wire form for a " + value.getClass().getName());
  }
}
