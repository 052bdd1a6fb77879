package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The first part of a manifest: the facts and the epoch table. All integers are little-endian.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic `BSEALSNP` |
/// | 8 | 4 | format version, 1 |
/// | 12 | 4 | header length H, a multiple of 4096 |
/// | 16 | 4 | JSON length J |
/// | 20 | 4 | epoch table length E |
/// | 24 | 4 | CRC-32C of bytes 0 to H-1 with this field as zeros |
/// | 28 | 4 | zeros |
/// | 32 | J | the facts as one JSON object in UTF-8 |
/// | 32+J | E | the epoch table, as the volume header has it |
/// | 32+J+E | to H | zeros |
///
/// Confined to the manifest reader and writer; stateless.
final class ManifestHeader {
  static final int ALIGNMENT = 4096;

  /// Fixed fields, facts of a few KiB and the largest epoch table, with room to spare.
  static final int MAX_BYTES = 2 << 20;

  private static final long MAGIC =
      ByteBuffer.wrap("BSEALSNP".getBytes(UTF_8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  private static final int VERSION = 1;
  private static final int VERSION_OFFSET = 8;
  private static final int LENGTH_OFFSET = 12;
  private static final int JSON_LENGTH_OFFSET = 16;
  private static final int EPOCHS_LENGTH_OFFSET = 20;
  private static final int CRC_OFFSET = 24;
  private static final int JSON_OFFSET = 32;

  private ManifestHeader() {}

  /// What a header says.
  static final class Content {
    private final SnapshotFacts facts;
    private final byte[] epochTable;

    Content(SnapshotFacts facts, byte[] epochTable) {
      this.facts = facts;
      this.epochTable = epochTable.clone();
    }

    SnapshotFacts facts() {
      return facts;
    }

    byte[] epochTable() {
      return epochTable.clone();
    }
  }

  static ByteBuffer encode(SnapshotFacts facts, byte[] epochTable) {
    byte[] json = Json.write(members(facts)).getBytes(UTF_8);
    long needed = (long) JSON_OFFSET + json.length + epochTable.length;
    long length = (needed + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header of snapshot %s needs %d bytes, at most %d are allowed"
              .formatted(facts.snapshotId(), needed, MAX_BYTES));
    }
    ByteBuffer header = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, MAGIC);
    header.putInt(VERSION_OFFSET, VERSION);
    header.putInt(LENGTH_OFFSET, (int) length);
    header.putInt(JSON_LENGTH_OFFSET, json.length);
    header.putInt(EPOCHS_LENGTH_OFFSET, epochTable.length);
    header.put(JSON_OFFSET, json);
    header.put(JSON_OFFSET + json.length, epochTable);
    header.putInt(CRC_OFFSET, checksum(header));
    return header;
  }

  /// The header length that the first 32 bytes of a file announce.
  ///
  /// @throws InvalidHeaderException if they are not the beginning of a manifest of this version
  static int lengthBytes(ByteBuffer start) throws InvalidHeaderException {
    ByteBuffer header = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (header.remaining() < JSON_OFFSET) {
      throw new InvalidHeaderException("it is too short for a header");
    }
    if (header.getLong(0) != MAGIC) {
      throw new InvalidHeaderException("it does not begin as a manifest does");
    }
    int version = header.getInt(VERSION_OFFSET);
    if (version != VERSION) {
      throw new InvalidHeaderException(
          "its format version is %s, not %d".formatted(Integer.toUnsignedString(version), VERSION));
    }
    int length = header.getInt(LENGTH_OFFSET);
    if (length < ALIGNMENT || length > MAX_BYTES || length % ALIGNMENT != 0) {
      throw new InvalidHeaderException(
          "its header length is %s, not a multiple of %d up to %d"
              .formatted(Integer.toUnsignedString(length), ALIGNMENT, MAX_BYTES));
    }
    return length;
  }

  /// @param header exactly the header
  static Content decode(ByteBuffer header) throws InvalidHeaderException {
    ByteBuffer bytes = header.slice().order(ByteOrder.LITTLE_ENDIAN);
    int length = lengthBytes(bytes);
    if (bytes.limit() != length) {
      throw new InvalidHeaderException(
          "it has %d bytes where its header needs %d".formatted(bytes.limit(), length));
    }
    if (bytes.getInt(CRC_OFFSET) != checksum(bytes)) {
      throw new InvalidHeaderException("the checksum of its header is wrong");
    }
    int jsonLength = bytes.getInt(JSON_LENGTH_OFFSET);
    int epochsLength = bytes.getInt(EPOCHS_LENGTH_OFFSET);
    if (jsonLength < 0
        || epochsLength < 0
        || (long) JSON_OFFSET + jsonLength + epochsLength > length) {
      throw new InvalidHeaderException("its header has parts that do not fit into it");
    }
    byte[] json = new byte[jsonLength];
    bytes.get(JSON_OFFSET, json);
    byte[] epochTable = new byte[epochsLength];
    bytes.get(JSON_OFFSET + jsonLength, epochTable);
    return new Content(facts(new String(json, UTF_8)), epochTable);
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, CRC_OFFSET));
    crc.update(new byte[4]);
    crc.update(header.slice(CRC_OFFSET + 4, header.limit() - CRC_OFFSET - 4));
    return (int) crc.getValue();
  }

  private static Map<String, @Nullable Object> members(SnapshotFacts facts) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("snapshotId", facts.snapshotId());
    members.put("volumeId", facts.volumeId());
    members.put("sizeBytes", facts.sizeBytes());
    members.put("chunkBytes", (long) Geometry.CHUNK_BYTES);
    members.put("cipher", facts.cipher().name());
    members.put("lineageId", facts.lineageId());
    WrappedKey key = facts.key();
    if (key != null) {
      if (key.kmsKeyArn() != null) {
        members.put("kmsKeyArn", key.kmsKeyArn());
      }
      members.put("encryptedDataKey", key.encryptedDataKey());
      members.put("encryptionContext", key.encryptionContext());
    }
    if (facts.parentId() != null) {
      members.put("parentId", facts.parentId());
    }
    return members;
  }

  private static SnapshotFacts facts(String json) throws InvalidHeaderException {
    try {
      Map<String, @Nullable Object> members = Json.readObject(json);
      Object chunkBytes = members.get("chunkBytes");
      if (!Long.valueOf(Geometry.CHUNK_BYTES).equals(chunkBytes)) {
        throw new InvalidHeaderException(
            "its chunks have %s bytes, not %d".formatted(chunkBytes, Geometry.CHUNK_BYTES));
      }
      return new SnapshotFacts(
          text(members, "snapshotId"),
          text(members, "volumeId"),
          number(members, "sizeBytes"),
          CipherSpec.valueOf(text(members, "cipher")),
          text(members, "lineageId"),
          key(members),
          optionalText(members, "parentId"));
    } catch (JsonSyntaxException | IllegalArgumentException e) {
      throw new InvalidHeaderException("its facts make no sense: " + e.getMessage());
    }
  }

  private static @Nullable WrappedKey key(Map<String, @Nullable Object> members) {
    if (!members.containsKey("encryptedDataKey")) {
      return null;
    }
    Map<String, String> context = new LinkedHashMap<>();
    if (!(members.get("encryptionContext") instanceof Map<?, ?> pairs)) {
      throw new IllegalArgumentException("encryptionContext is not an object");
    }
    pairs.forEach((name, value) -> context.put((String) name, String.valueOf(value)));
    return new WrappedKey(
        optionalText(members, "kmsKeyArn"), text(members, "encryptedDataKey"), context);
  }

  private static @Nullable String optionalText(Map<String, @Nullable Object> members, String name) {
    return members.containsKey(name) ? text(members, name) : null;
  }

  private static String text(Map<String, @Nullable Object> members, String name) {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(name + " is not a string");
  }

  private static long number(Map<String, @Nullable Object> members, String name) {
    if (members.get(name) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException(name + " is not a whole number");
  }

  /// Why bytes are no header; the reader adds which file they come from.
  static final class InvalidHeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidHeaderException(String reason) {
      super(reason);
    }
  }
}
