package io.blockseal.volume.format;

import java.util.HexFormat;

/// What the header of a GCM volume says of its tag tree. Immutable.
///
/// @param root the MAC of the highest node, 64 hexadecimal digits; zeros as long as nothing was
///   ever written
/// @param segment the last journal segment whose records the tree knows. If the volume was not
///   closed properly, the records of this segment and of the one before, as far as they are in the
///   journal, may be missing in the tag pages
public record TagTreeHead(String root, long segment) {
  /// The length of the root.
  public static final int ROOT_BYTES = 32;

  public TagTreeHead {
    if (root.length() != 2 * ROOT_BYTES || !root.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "tag-tree root \"%s\" is not %d hexadecimal digits".formatted(root, 2 * ROOT_BYTES));
    }
    if (segment < 0) {
      throw new IllegalArgumentException("tag tree of journal segment %d".formatted(segment));
    }
  }

  /// Of a new volume.
  public static TagTreeHead empty() {
    return of(new byte[ROOT_BYTES], 0);
  }

  /// @param root 32 bytes
  public static TagTreeHead of(byte[] root, long segment) {
    return new TagTreeHead(HexFormat.of().formatHex(root), segment);
  }

  /// The root as bytes.
  public byte[] rootBytes() {
    return HexFormat.of().parseHex(root);
  }
}
