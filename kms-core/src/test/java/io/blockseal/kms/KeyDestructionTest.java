package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.caller;
import static io.blockseal.kms.KmsFixture.stranger;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeyListEntry;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Changes;
import io.blockseal.meta.Entry;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.RocksDbMetadataStore;
import io.blockseal.meta.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyDestructionTest {
  @TempDir Path directory;

  @Test
  void leavesNoTokenInAnyFile() throws IOException {
    Path home = directory.resolve("meta");
    List<byte[]> doomed = new ArrayList<>();
    List<byte[]> kept = new ArrayList<>();
    try (KmsFixture fixture = KmsFixture.over(RocksDbMetadataStore.open(home), directory)) {
      String doomedId = fixture.newKey().keyId();
      String keptId = fixture.newKey().keyId();
      fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(doomedId));
      for (Entry entry : fixture.store.scan("kms/material/", null, 100)) {
        (entry.key().contains(doomedId) ? doomed : kept).add(entry.value());
      }
      assertThat(doomed).hasSize(2);
      assertThat(kept).hasSize(1);
      assertThat(filesWith(home, doomed.getFirst())).isPositive();
      fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(doomedId, 7));
      fixture.advance(Duration.ofDays(7));
      fixture.kms.runDueWork();
      assertThat(filesWith(home, doomed.get(0))).isZero();
      assertThat(filesWith(home, doomed.get(1))).isZero();
      assertThat(filesWith(home, kept.getFirst())).isPositive();
      assertThat(fixture.encrypt(keptId, "still works", Map.of())).isNotNull();
    }
    assertThat(filesWith(home, doomed.get(0))).isZero();
    assertThat(filesWith(home, doomed.get(1))).isZero();
  }

  @Test
  void finishesWhatACrashHasLeftUndone() throws IOException {
    MetadataStore store = new InMemoryMetadataStore();
    String id;
    try (KmsFixture fixture = KmsFixture.over(store, directory)) {
      id = fixture.newKey().keyId();
      fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/doomed", id));
      fixture.kms.createGrant(
          caller(),
          CreateGrantRequest.builder()
              .keyId(id)
              .granteePrincipal("arn:aws:iam::111122223333:role/worker")
              .retiringPrincipal("ec2.eu-west-1.amazonaws.com")
              .operations(List.of(GrantOperation.DECRYPT))
              .build());
      fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(id, 7));
      // The first commit of a destruction, and then nothing.
      KeyTable keys = new KeyTable(store);
      KeyLocation location = new KeyLocation(KmsFixture.REGION, KmsFixture.ACCOUNT, id);
      KeyRecord key = keys.find(location).orElseThrow();
      boolean removed =
          keys.remove(
              key,
              (batch, record) -> {
                new AliasTable(store).removeAll(batch, location);
                batch.put(
                    location.destructionKey(),
                    key.currentMaterial().id().getBytes(StandardCharsets.UTF_8));
              });
      assertThat(removed).isTrue();
      assertThat(leftOf(store, id)).isNotEmpty();
      fixture.kms.runDueWork();
      assertThat(leftOf(store, id)).isEmpty();
    }
  }

  @Test
  void keepsNobodyElseWaitingForAKeyThatCannotBeErased() throws IOException {
    StuckStore store = new StuckStore(new InMemoryMetadataStore());
    try (KmsFixture fixture = KmsFixture.over(store, directory)) {
      String stuck = fixture.newKey().keyId();
      String other = fixture.newKey().keyId();
      String kept = fixture.newKey().keyId();
      fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(stuck, 7));
      fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(other, 8));
      fixture.advance(Duration.ofDays(9));
      store.stuckAt = stuck;
      fixture.kms.runDueWork();
      fixture.kms.runDueWork();

      assertThat(fixture.kms.listKeys(caller(), new ListKeysRequest(null, null)).keysOrEmpty())
          .extracting(KeyListEntry::keyId)
          .containsExactly(kept);
      assertThat(leftOf(store, other)).isEmpty();
      assertThat(leftOf(store, stuck)).isNotEmpty();

      store.stuckAt = "";
      fixture.kms.runDueWork();
      assertThat(leftOf(store, stuck)).isEmpty();
    }
  }

  @Test
  void isNotTheBusinessOfWhoeverListsOtherKeys() throws IOException {
    StuckStore store = new StuckStore(new InMemoryMetadataStore());
    try (KmsFixture fixture = KmsFixture.over(store, directory)) {
      String doomed = fixture.newKey().keyId();
      fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(doomed, 7));
      fixture.advance(Duration.ofDays(7));

      fixture.kms.listKeys(stranger(), new ListKeysRequest(null, null));
      fixture.kms.listAliases(stranger(), ListAliasesRequest.builder().build());
      assertThat(store.erasures).isZero();

      fixture.kms.listKeys(caller(), new ListKeysRequest(null, null));
      assertThat(store.erasures).isOne();
    }
  }

  /// A store that cannot erase what has `stuckAt` in its prefix.
  private static final class StuckStore implements MetadataStore {
    private final MetadataStore store;
    private String stuckAt = "";
    private int erasures;

    private StuckStore(MetadataStore store) {
      this.store = store;
    }

    @Override
    public Optional<byte[]> get(String key) {
      return store.get(key);
    }

    @Override
    public List<Entry> scan(String prefix, @Nullable String afterKey, int limit) {
      return store.scan(prefix, afterKey, limit);
    }

    @Override
    public boolean commit(Batch batch) {
      return store.commit(batch);
    }

    @Override
    public void erase(String prefix) {
      erasures++;
      if (!stuckAt.isEmpty() && prefix.contains(stuckAt)) {
        throw new UncheckedIOException(new IOException("replaced files are still there"));
      }
      store.erase(prefix);
    }

    @Override
    public Watch watch(String prefix, Consumer<Changes> watcher) {
      return store.watch(prefix, watcher);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @Test
  void doesNotDestroyAKeyWhoseRecordHasChanged() throws IOException {
    try (KmsFixture fixture = KmsFixture.inMemory(directory)) {
      String id = fixture.newKey().keyId();
      KeyTable keys = new KeyTable(fixture.store);
      KeyLocation location = new KeyLocation(KmsFixture.REGION, KmsFixture.ACCOUNT, id);
      KeyRecord stale = keys.find(location).orElseThrow();
      keys.update(location, record -> record.withDescription("changed"));
      assertThat(keys.remove(stale, (batch, record) -> {})).isFalse();
      assertThat(keys.find(location)).isPresent();
    }
  }

  private static List<String> leftOf(MetadataStore store, String id) {
    return store.scan("kms/", null, 100).stream()
        .filter(
            entry ->
                entry.key().contains(id)
                    || new String(entry.value(), StandardCharsets.UTF_8).contains(id))
        .map(Entry::key)
        .toList();
  }

  private static long filesWith(Path home, byte[] token) throws IOException {
    String wanted = new String(token, StandardCharsets.ISO_8859_1);
    long found = 0;
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(wanted)) {
          found++;
        }
      }
    }
    return found;
  }
}
