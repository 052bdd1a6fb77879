package io.blockseal.volume.engine;

import io.blockseal.volume.format.TagTreeHead;
import io.blockseal.volume.format.VolumeHeader;
import java.util.HexFormat;
import java.util.Objects;

/// By what the state of a GCM volume is known: two copies of one volume with the same root hold the
/// same, but for what waits in their journals. Immutable.
///
/// @param epoch the last epoch of its table
/// @param sequence of its header
/// @param root of its tag tree, 64 hexadecimal digits
public record TreeRoot(int epoch, long sequence, String root) {
  private static final int SHOWN_DIGITS = 16;

  public TreeRoot {
    if (root.length() != 2 * TagTreeHead.ROOT_BYTES
        || !root.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException("tag-tree root \"%s\"".formatted(root));
    }
  }

  /// Of the header of a GCM volume.
  static TreeRoot of(VolumeHeader header, int epoch) {
    TagTreeHead tree = Objects.requireNonNull(header.tagTree());
    return new TreeRoot(epoch, header.sequence(), tree.root());
  }

  /// For people, with the beginning of the root.
  @Override
  public String toString() {
    return "%s... (epoch %d, header %d)"
        .formatted(root.substring(0, SHOWN_DIGITS), epoch, sequence);
  }
}
