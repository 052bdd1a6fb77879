package io.blockseal.volume.format;

import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The JSON part of a header: one object, indented, UTF-8, so that an operator can read it.
///
/// | member | type | present |
/// |---|---|---|
/// | `volumeId` | string | always |
/// | `sizeBytes` | integer | always |
/// | `cipher` | `AES_256_XTS`, `AES_256_GCM` or `NONE` | always |
/// | `unitBytes` | integer, 4096 | always |
/// | `chunkBytes` | integer, 524288 | always |
/// | `kmsKeyArn` | string | if known |
/// | `encryptedDataKey` | string, Base64 | unless the cipher is `NONE` |
/// | `encryptionContext` | object of strings | always |
/// | `lineageId` | string, 32 hexadecimal digits | always |
/// | `sourceSnapshotId` | string | while chunks are fetched from that snapshot |
///
/// Other members are refused: they would belong to another version. Stateless.
final class HeaderJson {
  private static final String VOLUME_ID = "volumeId";
  private static final String SIZE_BYTES = "sizeBytes";
  private static final String CIPHER = "cipher";
  private static final String UNIT_BYTES = "unitBytes";
  private static final String CHUNK_BYTES = "chunkBytes";
  private static final String KMS_KEY_ARN = "kmsKeyArn";
  private static final String ENCRYPTED_DATA_KEY = "encryptedDataKey";
  private static final String ENCRYPTION_CONTEXT = "encryptionContext";
  private static final String LINEAGE_ID = "lineageId";
  private static final String SOURCE_SNAPSHOT_ID = "sourceSnapshotId";
  private static final Set<String> MEMBERS =
      Set.of(
          VOLUME_ID,
          SIZE_BYTES,
          CIPHER,
          UNIT_BYTES,
          CHUNK_BYTES,
          KMS_KEY_ARN,
          ENCRYPTED_DATA_KEY,
          ENCRYPTION_CONTEXT,
          LINEAGE_ID,
          SOURCE_SNAPSHOT_ID);

  private HeaderJson() {}

  static String write(VolumeHeader header) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put(VOLUME_ID, header.volumeId());
    object.put(SIZE_BYTES, header.sizeBytes());
    object.put(CIPHER, header.cipher().name());
    object.put(UNIT_BYTES, header.unitBytes());
    object.put(CHUNK_BYTES, header.chunkBytes());
    if (header.kmsKeyArn() != null) {
      object.put(KMS_KEY_ARN, header.kmsKeyArn());
    }
    if (header.encryptedDataKey() != null) {
      object.put(ENCRYPTED_DATA_KEY, header.encryptedDataKey());
    }
    object.put(ENCRYPTION_CONTEXT, header.encryptionContext());
    object.put(LINEAGE_ID, header.lineageId());
    if (header.sourceSnapshotId() != null) {
      object.put(SOURCE_SNAPSHOT_ID, header.sourceSnapshotId());
    }
    return Json.writePretty(object) + "\n";
  }

  static VolumeHeader read(String text, long sequence) throws FormatException {
    try {
      Map<String, @Nullable Object> object = Json.readObject(text);
      for (String name : object.keySet()) {
        if (!MEMBERS.contains(name)) {
          throw new FormatException("header has an unknown member \"%s\"".formatted(name));
        }
      }
      return new VolumeHeader(
          required(object, VOLUME_ID, String.class),
          required(object, SIZE_BYTES, Long.class),
          CipherSpec.valueOf(required(object, CIPHER, String.class)),
          Math.toIntExact(required(object, UNIT_BYTES, Long.class)),
          Math.toIntExact(required(object, CHUNK_BYTES, Long.class)),
          optional(object, KMS_KEY_ARN),
          optional(object, ENCRYPTED_DATA_KEY),
          context(required(object, ENCRYPTION_CONTEXT, Map.class)),
          required(object, LINEAGE_ID, String.class),
          sequence,
          optional(object, SOURCE_SNAPSHOT_ID));
    } catch (JsonSyntaxException | IllegalArgumentException | ArithmeticException e) {
      throw new FormatException("header is not understood: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> context(Map<?, ?> members) throws FormatException {
    Map<String, String> context = new TreeMap<>();
    for (Map.Entry<?, ?> member : members.entrySet()) {
      if (!(member.getKey() instanceof String key)
          || !(member.getValue() instanceof String value)) {
        throw new FormatException("header member \"encryptionContext\" holds more than strings");
      }
      context.put(key, value);
    }
    return context;
  }

  private static <T> T required(Map<String, @Nullable Object> object, String name, Class<T> type)
      throws FormatException {
    Object value = object.get(name);
    if (!type.isInstance(value)) {
      throw new FormatException(
          "header member \"%s\" is missing or no %s".formatted(name, type.getSimpleName()));
    }
    return type.cast(value);
  }

  private static @Nullable String optional(Map<String, @Nullable Object> object, String name)
      throws FormatException {
    return object.containsKey(name) ? required(object, name, String.class) : null;
  }
}
