package io.blockseal.volume.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TagTreeShapeTest {
  private static final long MIB = 1 << 20;
  private static final int KIB = 1 << 10;

  @Test
  void putsTheNodesBeforeTheFirstChunkThatTheyCover() {
    assertThat(TagTreeShape.nodeHome(4, 0, 0)).isEqualTo(MIB);
    assertThat(TagTreeShape.nodeHome(4, 0, 1)).isEqualTo(MIB + 4 * KIB);
    assertThat(TagTreeShape.nodeHome(3, 0, 0)).isEqualTo(MIB + 8 * KIB);
    assertThat(TagTreeShape.nodeHome(1, 0, 1)).isEqualTo(MIB + 28 * KIB);
    assertThat(TagTreeShape.chunkHome(0)).isEqualTo(MIB + 32 * KIB);
    long second = TagTreeShape.chunkHome(127) + 516 * KIB;
    assertThat(TagTreeShape.nodeHome(1, 1, 0)).isEqualTo(second);
    assertThat(TagTreeShape.chunkHome(128)).isEqualTo(second + 8 * KIB);
    long third = TagTreeShape.chunkHome(128 * 128 - 1) + 516 * KIB;
    assertThat(TagTreeShape.nodeHome(2, 1, 0)).isEqualTo(third);
    assertThat(TagTreeShape.nodeHome(1, 128, 0)).isEqualTo(third + 8 * KIB);
    assertThat(TagTreeShape.chunkHome(128 * 128)).isEqualTo(third + 16 * KIB);
  }

  @Test
  void oneNodeCoversTheLargestVolume() {
    long chunks = new Geometry(Geometry.MAX_SIZE_BYTES, true).chunkCount();
    assertThat(TagTreeShape.nodeAbove(chunks - 1, TagTreeShape.LEVELS)).isZero();
    assertThat(TagTreeShape.nodeAbove(chunks - 1, TagTreeShape.LEVELS - 1)).isPositive();
  }

  @Test
  void namesTheNodesAboveAChunk() {
    assertThat(TagTreeShape.nodeAbove(300, 1)).isEqualTo(2);
    assertThat(TagTreeShape.indexInNode(300)).isEqualTo(44);
    assertThat(TagTreeShape.nodeAbove(300, 0)).isEqualTo(300);
    assertThat(TagTreeShape.nodeAbove(300, 2)).isZero();
  }

  /// Nothing overlaps, and nothing lies between: homes and nodes in the order of their places.
  @Test
  void leavesNoGaps() {
    long at = Geometry.DATA_START;
    for (long chunk = 0; chunk < 128 * 128 + 300; chunk++) {
      for (int level = TagTreeShape.LEVELS; level >= 1; level--) {
        long node = TagTreeShape.nodeAbove(chunk, level);
        if ((node << (7 * level)) == chunk) {
          for (int slot = 0; slot < TagTreeShape.SLOTS; slot++) {
            assertThat(TagTreeShape.nodeHome(level, node, slot)).isEqualTo(at);
            at += TagTreeShape.NODE_BYTES;
          }
        }
      }
      assertThat(TagTreeShape.chunkHome(chunk)).isEqualTo(at);
      at += Geometry.TAGGED_CHUNK_BYTES;
    }
  }
}
