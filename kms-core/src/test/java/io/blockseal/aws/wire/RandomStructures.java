package io.blockseal.aws.wire;

import io.blockseal.aws.Blob;
import io.blockseal.aws.shape.Choice;
import io.blockseal.aws.shape.Member;
import io.blockseal.aws.shape.Shape;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.shape.StructureShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes records of random values, which fit their types but need not fit their constraints.
final class RandomStructures {

  private static final String[] TEXTS = {
    "",
    "a",
    "alias/a b",
    "<&>\"'",
    "x=1&y=2+3%20",
    "ключ",
    "\uD83D\uDD11",
    "line\nline\ttab\rreturn",
    "  spaces  ",
    "]]>"
  };

  private final RandomGenerator random;

  RandomStructures(RandomGenerator random) {
    this.random = random;
  }

  /// Every required member is present, of the others about two in three, and at least one if there
  /// are any: a form cannot carry a structure without members.
  <T extends Structure> T next(StructureShape<T> shape) {
    List<Member> members = shape.members();
    @Nullable Object[] values = new @Nullable Object[members.size()];
    int sure = members.isEmpty() ? -1 : random.nextInt(members.size());
    for (int i = 0; i < values.length; i++) {
      if (members.get(i).required() || i == sure || random.nextInt(3) > 0) {
        values[i] = value(members.get(i).shape());
      }
    }
    return shape.make(values);
  }

  private Object value(Shape shape) {
    return switch (shape) {
      case Shape.Text _ -> TEXTS[random.nextInt(TEXTS.length)];
      case Choice choice -> {
        List<String> words = new ArrayList<>();
        choice.wireValues().forEach(words::add);
        yield Objects.requireNonNull(choice.find(words.get(random.nextInt(words.size()))));
      }
      case Shape.Whole whole ->
          whole.wide() ? (Object) random.nextLong() : (Object) random.nextInt();
      case Shape.Flag _ -> random.nextBoolean();
      case Shape.Moment _ -> Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
      case Shape.Binary _ -> {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        yield Blob.copyOf(bytes);
      }
      case Shape.Listing listing -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(listing.element()));
        }
        yield list;
      }
      case Shape.Mapping mapping -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(TEXTS[i] + i, value(mapping.value()));
        }
        yield map;
      }
      case StructureShape<?> structure -> next(structure);
    };
  }
}
