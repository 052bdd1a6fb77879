package io.blockseal.ebs;

import io.blockseal.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A JSON object as the records of this room are kept: written member by member, absent ones left
/// out, and read back with the type that is expected.
///
/// Reading fails with an [IllegalStateException] that names the member: a record that does not read
/// was not written by this room. Confined to one thread.
final class Fields {
  private final Map<String, @Nullable Object> members;

  private Fields(Map<String, @Nullable Object> members) {
    this.members = members;
  }

  static Fields empty() {
    return new Fields(new LinkedHashMap<>());
  }

  static Fields read(byte[] json) {
    return new Fields(Json.readObject(new String(json, StandardCharsets.UTF_8)));
  }

  byte[] toBytes() {
    return Json.write(members).getBytes(StandardCharsets.UTF_8);
  }

  Fields put(String name, @Nullable String value) {
    return putValue(name, value);
  }

  Fields put(String name, @Nullable Integer value) {
    return putValue(name, value);
  }

  Fields put(String name, @Nullable Long value) {
    return putValue(name, value);
  }

  Fields put(String name, boolean value) {
    return putValue(name, value);
  }

  Fields put(String name, @Nullable Instant value) {
    return putValue(name, value == null ? null : value.toString());
  }

  Fields put(String name, @Nullable Enum<?> value) {
    return putValue(name, value == null ? null : value.name());
  }

  Fields put(String name, @Nullable Fields value) {
    return putValue(name, value == null ? null : value.members);
  }

  Fields put(String name, Map<String, String> value) {
    return putValue(name, new LinkedHashMap<>(value));
  }

  <T> Fields put(String name, List<T> values, Function<T, Fields> encode) {
    List<Object> items = new ArrayList<>();
    values.forEach(value -> items.add(encode.apply(value).members));
    return putValue(name, items);
  }

  String text(String name) {
    return require(name, textOrNull(name));
  }

  @Nullable String textOrNull(String name) {
    return value(name, String.class);
  }

  int integer(String name) {
    return Math.toIntExact(wide(name));
  }

  @Nullable Integer integerOrNull(String name) {
    Long value = value(name, Long.class);
    return value == null ? null : Integer.valueOf(Math.toIntExact(value));
  }

  long wide(String name) {
    return require(name, wideOrNull(name));
  }

  @Nullable Long wideOrNull(String name) {
    return value(name, Long.class);
  }

  boolean flag(String name) {
    return require(name, value(name, Boolean.class));
  }

  Instant instant(String name) {
    return Instant.parse(text(name));
  }

  @Nullable Instant instantOrNull(String name) {
    String text = textOrNull(name);
    return text == null ? null : Instant.parse(text);
  }

  <E extends Enum<E>> E choice(String name, Class<E> type) {
    return Enum.valueOf(type, text(name));
  }

  Fields object(String name) {
    return require(name, objectOrNull(name));
  }

  @Nullable Fields objectOrNull(String name) {
    Map<?, ?> value = value(name, Map.class);
    return value == null ? null : fields(value);
  }

  /// What `decode` makes of an object; null if it is absent.
  <T> @Nullable T objectOrNull(String name, Function<Fields, T> decode) {
    Fields object = objectOrNull(name);
    return object == null ? null : decode.apply(object);
  }

  /// The string members of an object, sorted; none if it is absent.
  SortedMap<String, String> texts(String name) {
    SortedMap<String, String> texts = new TreeMap<>();
    Fields object = objectOrNull(name);
    if (object != null) {
      object.members.keySet().forEach(key -> texts.put(key, object.text(key)));
    }
    return Collections.unmodifiableSortedMap(texts);
  }

  /// The objects of a list; none if it is absent.
  <T> List<T> list(String name, Function<Fields, T> decode) {
    List<?> items = value(name, List.class);
    List<T> values = new ArrayList<>();
    if (items != null) {
      items.forEach(item -> values.add(decode.apply(fields((Map<?, ?>) item))));
    }
    return List.copyOf(values);
  }

  private Fields putValue(String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
    return this;
  }

  private <T> @Nullable T value(String name, Class<T> type) {
    Object value = members.get(name);
    if (value != null && !type.isInstance(value)) {
      throw new IllegalStateException("record member %s is no %s".formatted(name, type));
    }
    return type.cast(value);
  }

  private static <T> T require(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("record has no member " + name);
    }
    return value;
  }

  private static Fields fields(Map<?, ?> object) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    object.forEach((key, value) -> members.put((String) key, value));
    return new Fields(members);
  }
}
