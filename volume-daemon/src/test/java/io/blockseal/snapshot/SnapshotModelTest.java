package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.wrapping;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random sequences of writes, snapshots, copies, deletions and restarts against a model: every
/// snapshot keeps its content, and exactly the chunks that some snapshot names are stored.
@SuppressWarnings("NullAway.Init") // each test opens what it works on
class SnapshotModelTest {
  private static final int CHUNKS = 5;
  private static final int STEPS = 120;

  @TempDir private Path directory;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final MetadataStore metadata = new InMemoryMetadataStore();
  private final Map<String, byte[]> model = new HashMap<>();
  private SnapshotLab lab;
  private Volume volume;
  private Random random;
  private int ids;

  @ParameterizedTest
  @EnumSource(CipherSpec.class)
  void keepsExactlyWhatIsNeeded(CipherSpec cipher) throws IOException {
    long seed = Long.getLong("seed", new Random().nextLong());
    random = new Random(seed);
    try {
      lab = SnapshotLab.open(directory, metadata, disk);
      volume = lab.newVolume("vol-1", CHUNKS * CHUNK, cipher);
      for (int step = 0; step < STEPS; step++) {
        step(cipher);
        if (step % 20 == 0) {
          check();
        }
      }
      check();
      for (String id : pickAll()) {
        lab.store().delete(id);
        model.remove(id);
      }
      check();
      volume.close();
      lab.close();
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError("replay with -Dseed=" + seed, e);
    }
  }

  @Test
  void keepsWhatIsNeededInEveryOrderOfDeletion() throws IOException {
    lab = SnapshotLab.open(directory, metadata, disk);
    List<List<Integer>> orders = permutations(List.of(0, 1, 2, 3));
    for (List<Integer> order : orders) {
      String name = "vol-" + ids++;
      List<String> taken = new ArrayList<>();
      try (Volume each = lab.newVolume(name, CHUNKS * CHUNK, CipherSpec.AES_256_XTS)) {
        for (int n = 0; n < 4; n++) {
          fill(each, (long) n * CHUNK, 2 * UNIT, n + 1);
          String id = "snap-" + ids++;
          lab.take(id, each);
          model.put(id, new byte[0]);
          taken.add(id);
        }
      }
      for (int n : order) {
        lab.store().delete(taken.get(n));
        model.remove(taken.get(n));
        checkChunks();
      }
      assertThat(disk.size()).isZero();
    }
    lab.close();
  }

  private void step(CipherSpec cipher) throws IOException {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        long offset = random.nextInt(CHUNKS * CHUNK - 3 * UNIT);
        fill(volume, offset, 1 + random.nextInt(3 * UNIT), random.nextInt(256));
      }
      case 4 -> volume.discard((long) random.nextInt(CHUNKS) * CHUNK, CHUNK);
      case 5, 6, 7 -> {
        String id = "snap-" + ids++;
        byte[] now = content(volume);
        lab.take(id, volume);
        model.put(id, now);
      }
      case 8, 9 -> {
        if (!model.isEmpty()) {
          String id = pick();
          lab.store().delete(id);
          model.remove(id);
        }
      }
      case 10 -> {
        if (!model.isEmpty()) {
          String id = "snap-" + ids++;
          String source = pick();
          await(lab.store().share(source, id, cipher.encrypted() ? wrapping("copy") : null));
          model.put(id, model.get(source));
        }
      }
      default -> {
        volume.close();
        lab.reboot();
        volume = lab.reopen("vol-1", "vol-1", cipher, OpenOptions.writable());
      }
    }
  }

  private void check() throws IOException {
    checkChunks();
    for (String id : pickAll()) {
      assertThat(lab.contentOf(id, "vol-1")).as(id).isEqualTo(model.get(id));
    }
  }

  private void checkChunks() throws IOException {
    lab.store().settle();
    Set<ChunkDigest> needed = new HashSet<>();
    for (String id : model.keySet()) {
      try (Manifest manifest = lab.store().manifest(id).orElseThrow()) {
        for (long index = 0; index < manifest.entries(); index++) {
          needed.add(manifest.entry(index).digest());
        }
      }
    }
    Set<ChunkDigest> stored = new HashSet<>();
    disk.forEach(stored::add);
    assertThat(stored).isEqualTo(needed);
  }

  private String pick() {
    List<String> all = pickAll();
    return all.get(random.nextInt(all.size()));
  }

  private List<String> pickAll() {
    return model.keySet().stream().sorted().toList();
  }

  private static List<List<Integer>> permutations(List<Integer> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (Integer first : items) {
      List<Integer> rest = new ArrayList<>(items);
      rest.remove((Object) first);
      for (List<Integer> tail : permutations(rest)) {
        List<Integer> order = new ArrayList<>(tail);
        order.addFirst(first);
        all.add(order);
      }
    }
    return all;
  }
}
