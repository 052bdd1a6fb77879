package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.block.TagTreeShape;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.cipher.PageMac;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TagTreeTest {
  private final MemoryDisk disk = new MemoryDisk();
  private final ByteBuffer node = ByteBuffer.allocate(TagTree.NODE);
  private final PageCache large = new PageCache(64);
  private final long owner = PageCache.newOwner();
  private SyncedStore store;
  private PageMac mac;

  @BeforeEach
  void open() throws IOException {
    disk.create().close();
    store =
        new SyncedStore(
            disk.mount().open(VolumeFile.VOLUME, VolumeFiles.Mode.WRITE), new Health("memory"));
    try (var dataKey = Bench.key();
        var key = KeyDerivation.tagTreeKey(dataKey, new byte[16], Bench.ID)) {
      mac = new PageMac(key);
    }
  }

  @AfterEach
  void close() {
    mac.close();
  }

  @Test
  void aNewTreeKnowsNoPage() throws IOException {
    assertThat(tree().leaf(Macs.unwritten(), 12_345, node)).isEqualTo(Macs.unwritten());
    TagTreeUpdate nothing = new TagTreeUpdate(tree(), Macs.unwritten());
    assertThat(nothing.changed()).isFalse();
    assertThat(nothing.finish()).isEqualTo(Macs.unwritten());
  }

  @Test
  void everyVersionKeepsItsLeavesWhileTheNextIsWritten() throws IOException {
    Random random = new Random(7);
    TreeMap<Long, byte[]> model = new TreeMap<>();
    byte[] root = Macs.unwritten();
    for (int version = 0; version < 12; version++) {
      TreeMap<Long, byte[]> changes = new TreeMap<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        byte[] leaf = new byte[32];
        random.nextBytes(leaf);
        changes.put((long) random.nextInt(1 << (7 + random.nextInt(20))), leaf);
      }
      TreeMap<Long, byte[]> older = new TreeMap<>(model);
      model.putAll(changes);
      byte[] oldRoot = root;
      root = update(oldRoot, changes);
      for (TagTree tree : new TagTree[] {tree(), cachedTree()}) {
        assertHolds(tree, oldRoot, older);
        assertHolds(tree, root, model);
      }
    }
    assertThat(tree().leaf(root, 134_217_727, node)).isEqualTo(Macs.unwritten());
  }

  @Test
  void aDamagedNodeLosesWhatIsBelowItUntilThatIsWrittenAgain() throws IOException {
    TreeMap<Long, byte[]> leaves = new TreeMap<>();
    for (long chunk : new long[] {1, 2, 200}) {
      leaves.put(chunk, leaf((int) chunk));
    }
    byte[] root = update(Macs.unwritten(), leaves);
    disk.file(VolumeFile.VOLUME).flip(TagTreeShape.nodeHome(1, 0, 0) + 32, 1);
    assertThat(tree().leaf(root, 1, node)).isEqualTo(Macs.lost());
    assertThat(tree().leaf(root, 77, node)).isEqualTo(Macs.lost());
    assertThat(tree().leaf(root, 200, node)).isEqualTo(leaf(200));

    TreeMap<Long, byte[]> again = new TreeMap<>();
    again.put(1L, leaf(9));
    byte[] healed = update(root, again);
    assertThat(tree().leaf(healed, 1, node)).isEqualTo(leaf(9));
    assertThat(tree().leaf(healed, 2, node)).isEqualTo(Macs.lost());
    assertThat(tree().leaf(healed, 200, node)).isEqualTo(leaf(200));
  }

  @Test
  void aDamagedRootLosesEverything() throws IOException {
    TreeMap<Long, byte[]> leaves = new TreeMap<>();
    leaves.put(1L, leaf(1));
    byte[] root = update(Macs.unwritten(), leaves);
    disk.file(VolumeFile.VOLUME).flip(TagTreeShape.nodeHome(4, 0, 0), 1);
    assertThat(tree().leaf(root, 1, node)).isEqualTo(Macs.lost());
    leaves.put(1L, leaf(2));
    byte[] healed = update(root, leaves);
    assertThat(tree().leaf(healed, 1, node)).isEqualTo(leaf(2));
    assertThat(tree().leaf(healed, 2, node)).isEqualTo(Macs.lost());
    assertThat(tree().leaf(healed, 5_000_000, node)).isEqualTo(Macs.lost());
  }

  private byte[] update(byte[] root, Map<Long, byte[]> changes) throws IOException {
    TagTreeUpdate update = new TagTreeUpdate(tree(), root);
    for (var change : changes.entrySet()) {
      update.put(change.getKey(), change.getValue());
    }
    assertThat(update.changed()).isTrue();
    return update.finish();
  }

  private void assertHolds(TagTree tree, byte[] root, Map<Long, byte[]> model) throws IOException {
    for (var entry : model.entrySet()) {
      assertThat(tree.leaf(root, entry.getKey(), node))
          .describedAs("chunk %d", entry.getKey())
          .isEqualTo(entry.getValue());
    }
  }

  /// A tree that has seen nothing yet, and reads the file.
  private TagTree tree() {
    return new TagTree(store, mac, new PageCache(8), PageCache.newOwner());
  }

  private TagTree cachedTree() {
    return new TagTree(store, mac, large, owner);
  }

  private static byte[] leaf(int fill) {
    byte[] leaf = new byte[32];
    Arrays.fill(leaf, (byte) fill);
    return leaf;
  }
}
