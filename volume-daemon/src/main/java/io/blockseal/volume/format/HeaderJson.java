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
/// | `tagTree` | object: `root`, 64 hexadecimal digits; `segment`, integer | if the cipher is GCM |
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
  private static final String TAG_TREE = "tagTree";
  private static final String ROOT = "root";
  private static final String SEGMENT = "segment";
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
          SOURCE_SNAPSHOT_ID,
          TAG_TREE);

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
    TagTreeHead tree = header.tagTree();
    if (tree != null) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      members.put(ROOT, tree.root());
      members.put(SEGMENT, tree.segment());
      object.put(TAG_TREE, members);
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
      CipherSpec cipher = CipherSpec.valueOf(required(object, CIPHER, String.class));
      return new VolumeHeader(
          required(object, VOLUME_ID, String.class),
          required(object, SIZE_BYTES, Long.class),
          cipher,
          Math.toIntExact(required(object, UNIT_BYTES, Long.class)),
          Math.toIntExact(required(object, CHUNK_BYTES, Long.class)),
          optional(object, KMS_KEY_ARN),
          optional(object, ENCRYPTED_DATA_KEY),
          context(required(object, ENCRYPTION_CONTEXT, Map.class)),
          required(object, LINEAGE_ID, String.class),
          sequence,
          optional(object, SOURCE_SNAPSHOT_ID),
          tagTree(object, cipher));
    } catch (JsonSyntaxException | IllegalArgumentException | ArithmeticException e) {
      throw new FormatException("header is not understood: " + e.getMessage(), e);
    }
  }

  private static @Nullable TagTreeHead tagTree(
      Map<String, @Nullable Object> object, CipherSpec cipher) throws FormatException {
    if (!object.containsKey(TAG_TREE)) {
      if (cipher.tagged()) {
        throw new FormatException(
            "header of a %s volume has no tag tree: a version before the first release made it"
                .formatted(cipher));
      }
      return null;
    }
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    Map<?, ?> stored = required(object, TAG_TREE, Map.class);
    for (Map.Entry<?, ?> member : stored.entrySet()) {
      members.put(String.valueOf(member.getKey()), member.getValue());
    }
    if (!members.keySet().equals(Set.of(ROOT, SEGMENT))) {
      throw new FormatException("header member \"tagTree\" has members " + members.keySet());
    }
    return new TagTreeHead(
        required(members, ROOT, String.class), required(members, SEGMENT, Long.class));
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
