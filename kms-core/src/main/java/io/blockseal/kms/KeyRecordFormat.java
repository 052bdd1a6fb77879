package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.RotationType;
import io.blockseal.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A [KeyRecord] as it is kept: a JSON object of format 1. The location is in its key.
final class KeyRecordFormat {
  private static final long VERSION = 1;

  private KeyRecordFormat() {}

  static byte[] write(KeyRecord record) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("format", VERSION);
    fields.put("manager", record.manager().wireValue());
    fields.put("description", record.description());
    fields.put("created", record.created().toString());
    fields.put("state", record.state().wireValue());
    Instant deletionDate = record.deletionDate();
    if (deletionDate != null) {
      fields.put("deletionDate", deletionDate.toString());
    }
    Rotation rotation = record.rotation();
    if (rotation != null) {
      fields.put("rotationPeriodDays", rotation.periodDays());
      fields.put("nextRotation", rotation.next().toString());
    }
    List<Object> materials = new ArrayList<>();
    for (KeyMaterial material : record.materials()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", material.id());
      one.put("since", material.since().toString());
      RotationType type = material.rotation();
      if (type != null) {
        one.put("rotation", type.wireValue());
      }
      materials.add(one);
    }
    fields.put("materials", materials);
    fields.put("tags", record.tags());
    fields.put("policy", record.policy());
    return Json.write(fields).getBytes(UTF_8);
  }

  static KeyRecord read(KeyLocation location, byte[] bytes) {
    Fields fields = new Fields(location, Json.readObject(new String(bytes, UTF_8)));
    if (fields.number("format") != VERSION) {
      throw new IllegalStateException(
          "key %s is kept in format %d, known is %d"
              .formatted(location.path(), fields.number("format"), VERSION));
    }
    Instant nextRotation = fields.instant("nextRotation");
    List<KeyMaterial> materials = new ArrayList<>();
    for (Object one : fields.list("materials")) {
      Fields material = fields.nested(one);
      Object rotation = material.values.get("rotation");
      materials.add(
          new KeyMaterial(
              material.text("id"),
              Instant.parse(material.text("since")),
              rotation instanceof String type ? RotationType.of(type) : null));
    }
    Map<String, String> tags = new LinkedHashMap<>();
    fields
        .nested(fields.values.get("tags"))
        .values
        .forEach((key, value) -> tags.put(key, String.valueOf(value)));
    return new KeyRecord(
        location,
        KeyManagerType.of(fields.text("manager")),
        fields.text("description"),
        Instant.parse(fields.text("created")),
        KeyState.of(fields.text("state")),
        fields.instant("deletionDate"),
        nextRotation == null
            ? null
            : new Rotation((int) fields.number("rotationPeriodDays"), nextRotation),
        materials,
        tags,
        fields.text("policy"));
  }

  /// The members of a stored object; one that is missing means that the metadata is damaged.
  private record Fields(KeyLocation location, Map<String, @Nullable Object> values) {
    private String text(String name) {
      if (values.get(name) instanceof String text) {
        return text;
      }
      throw damaged(name);
    }

    private long number(String name) {
      if (values.get(name) instanceof Long number) {
        return number;
      }
      throw damaged(name);
    }

    private @Nullable Instant instant(String name) {
      return values.containsKey(name) ? Instant.parse(text(name)) : null;
    }

    private List<?> list(String name) {
      if (values.get(name) instanceof List<?> list) {
        return list;
      }
      throw damaged(name);
    }

    private Fields nested(@Nullable Object value) {
      if (!(value instanceof Map<?, ?> map)) {
        throw damaged("object");
      }
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      map.forEach((key, member) -> members.put((String) key, member));
      return new Fields(location, members);
    }

    private IllegalStateException damaged(String name) {
      return new IllegalStateException(
          "the record of key %s is damaged: no valid %s".formatted(location.path(), name));
    }
  }
}
