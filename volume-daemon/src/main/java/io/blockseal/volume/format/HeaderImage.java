package io.blockseal.volume.format;

import io.blockseal.secret.DestroyableKey;
import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/// The header of a volume as it lies on disk, twice: see [HeaderCopy].
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic: `BLKSEALA` in copy A, `BLKSEALB` in copy B |
/// | 8 | 4 | format version: 1 |
/// | 12 | 4 | length of this fixed part: 512 |
/// | 16 | 8 | offset of this copy in the file: 0 or 65536 |
/// | 24 | 8 | sequence number; the valid copy with the greater one counts |
/// | 32 | 4 | length of the JSON part, at most 65024 |
/// | 36 | 4 | zeros |
/// | 40 | 32 | MAC; zeros if the volume is not encrypted |
/// | 72 | 4 | CRC-32C of the fixed part, with these four bytes as zeros, and the JSON part |
/// | 76 | 436 | zeros |
/// | 512 | n | JSON part, see [HeaderJson]; zeros up to the next multiple of 4096 |
///
/// The MAC is HMAC-SHA256, under the header MAC key of the volume, over the fixed part, with magic,
/// own offset, MAC and CRC as zeros, and the JSON part. So both copies have the same MAC, and a bad
/// one can be rewritten from a good one without any key. Immutable.
public final class HeaderImage {
  /// The only version.
  public static final int VERSION = 1;

  private static final int FIXED_BYTES = 512;
  private static final int MAX_JSON_BYTES = HeaderCopy.BYTES - FIXED_BYTES;
  private static final int BLOCK_BYTES = 4096;

  private static final int MAGIC = 0;
  private static final int FORMAT_VERSION = 8;
  private static final int FIXED_LENGTH = 12;
  private static final int OWN_OFFSET = 16;
  private static final int SEQUENCE = 24;
  private static final int JSON_LENGTH = 32;
  private static final int MAC = 40;
  private static final int MAC_BYTES = 32;
  private static final int CRC = 72;

  /// Fixed part and JSON part, with magic, own offset and CRC as zeros.
  private final byte[] content;

  private final VolumeHeader header;

  private HeaderImage(byte[] content, VolumeHeader header) {
    this.content = content;
    this.header = header;
  }

  /// The image of `header`.
  ///
  /// @param macKey the header MAC key; null if the volume is not encrypted
  /// @throws IllegalArgumentException if the JSON part is too long
  public static HeaderImage of(VolumeHeader header, @Nullable SecretBytes macKey) {
    byte[] json = HeaderJson.write(header).getBytes(StandardCharsets.UTF_8);
    if (json.length > MAX_JSON_BYTES) {
      throw new IllegalArgumentException(
          "header of volume %s needs %d bytes of JSON, more than %d"
              .formatted(header.volumeId(), json.length, MAX_JSON_BYTES));
    }
    byte[] content = Arrays.copyOf(new byte[FIXED_BYTES], FIXED_BYTES + json.length);
    System.arraycopy(json, 0, content, FIXED_BYTES, json.length);
    view(content)
        .putInt(FORMAT_VERSION, VERSION)
        .putInt(FIXED_LENGTH, FIXED_BYTES)
        .putLong(SEQUENCE, header.sequence())
        .putInt(JSON_LENGTH, json.length);
    if (macKey != null) {
      System.arraycopy(mac(content, macKey), 0, content, MAC, MAC_BYTES);
    }
    return new HeaderImage(content, header);
  }

  /// What `region` holds, the [HeaderCopy#BYTES] bytes of the file at the offset of `copy`.
  ///
  /// @throws FormatException if that is no valid copy
  public static HeaderImage parse(byte[] region, HeaderCopy copy) throws FormatException {
    if (region.length < FIXED_BYTES) {
      throw new FormatException(
          "header copy %s has %d bytes, fewer than %d".formatted(copy, region.length, FIXED_BYTES));
    }
    ByteBuffer fields = view(region);
    if (fields.getLong(MAGIC) != copy.magic()) {
      throw new FormatException("header copy %s has no magic".formatted(copy));
    }
    if (fields.getInt(FORMAT_VERSION) != VERSION) {
      throw new FormatException(
          "header copy %s is of format version %d, not %d"
              .formatted(copy, fields.getInt(FORMAT_VERSION), VERSION));
    }
    int jsonBytes = fields.getInt(JSON_LENGTH);
    if (fields.getInt(FIXED_LENGTH) != FIXED_BYTES
        || jsonBytes < 0
        || jsonBytes > MAX_JSON_BYTES
        || FIXED_BYTES + jsonBytes > region.length) {
      throw new FormatException(
          "header copy %s has impossible lengths: %d and %d"
              .formatted(copy, fields.getInt(FIXED_LENGTH), jsonBytes));
    }
    byte[] content = Arrays.copyOf(region, FIXED_BYTES + jsonBytes);
    view(content).putInt(CRC, 0);
    if (Checksums.of(content, 0, content.length) != fields.getInt(CRC)) {
      throw new FormatException("header copy %s fails its checksum".formatted(copy));
    }
    if (fields.getLong(OWN_OFFSET) != copy.offset()) {
      throw new FormatException(
          "header copy %s says that it belongs at %d".formatted(copy, fields.getLong(OWN_OFFSET)));
    }
    view(content).putLong(MAGIC, 0).putLong(OWN_OFFSET, 0);
    String json = new String(content, FIXED_BYTES, jsonBytes, StandardCharsets.UTF_8);
    return new HeaderImage(content, HeaderJson.read(json, fields.getLong(SEQUENCE)));
  }

  public VolumeHeader header() {
    return header;
  }

  /// The JSON part, as it stands.
  public String json() {
    return new String(content, FIXED_BYTES, content.length - FIXED_BYTES, StandardCharsets.UTF_8);
  }

  /// Whether the MAC is right: whether somebody with the data key wrote this header.
  public boolean authentic(SecretBytes macKey) {
    return MessageDigest.isEqual(
        mac(content, macKey), Arrays.copyOfRange(content, MAC, MAC + MAC_BYTES));
  }

  /// Whether both say the same.
  public boolean sameAs(HeaderImage other) {
    return Arrays.equals(content, other.content);
  }

  /// The bytes to be written at the offset of `copy`: a multiple of 4096.
  public byte[] bytes(HeaderCopy copy) {
    byte[] bytes =
        Arrays.copyOf(content, (content.length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
    ByteBuffer fields = view(bytes).putLong(MAGIC, copy.magic()).putLong(OWN_OFFSET, copy.offset());
    fields.putInt(CRC, Checksums.of(bytes, 0, content.length));
    return bytes;
  }

  private static byte[] mac(byte[] content, SecretBytes macKey) {
    byte[] covered = content.clone();
    Arrays.fill(covered, MAC, MAC + MAC_BYTES, (byte) 0);
    return macKey.apply(
        key -> {
          try (DestroyableKey copy = new DestroyableKey("HmacSHA256", key)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(copy);
            byte[] result = mac.doFinal(covered);
            mac.init(DestroyableKey.BLANK);
            return result;
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses HMAC-SHA256", e);
          }
        });
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
