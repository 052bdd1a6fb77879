package io.blockseal.meta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [MetadataStore] must do.
abstract class MetadataStoreContract {
  private MetadataStore store;

  /// A fresh, empty store; the contract closes it.
  abstract MetadataStore newStore() throws Exception;

  @BeforeEach
  final void openStore() throws Exception {
    store = newStore();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  @Test
  void findsNothingInAnEmptyStore() {
    assertThat(store.get("a")).isEmpty();
    assertThat(store.scan("", null, 10)).isEmpty();
  }

  @Test
  void findsWhatWasPut() {
    put("a/b", "1");
    assertThat(text("a/b")).isEqualTo("1");
    assertThat(store.get("a")).isEmpty();
  }

  @Test
  void keepsEmptyValuesApartFromNothing() {
    put("a", "");
    assertThat(store.get("a")).hasValueSatisfying(value -> assertThat(value).isEmpty());
    assertThat(store.commit(Batch.begin().expectAbsent("a").put("a", bytes("x")))).isFalse();
  }

  @Test
  void scansInTheOrderOfUtf8Bytes() {
    for (String key : List.of("k/a", "k/B", "k/\uFFFD", "k/\uD83D\uDE00", "k/a/b", "k/a-")) {
      put(key, key);
    }
    assertThat(keys("k/", null, 10))
        .containsExactly("k/B", "k/a", "k/a-", "k/a/b", "k/\uFFFD", "k/\uD83D\uDE00");
  }

  @Test
  void scansOnlyThePrefix() {
    for (String key : List.of("a", "a/1", "a/2", "a0", "b/1")) {
      put(key, "x");
    }
    assertThat(keys("a/", null, 10)).containsExactly("a/1", "a/2");
    assertThat(keys("a", null, 10)).containsExactly("a", "a/1", "a/2", "a0");
    assertThat(keys("", null, 10)).hasSize(5);
  }

  @Test
  void pagesThroughAPrefix() {
    for (int i = 1; i <= 5; i++) {
      put("p/" + i, "x");
    }
    put("q/1", "x");
    List<String> seen = new ArrayList<>();
    String after = null;
    for (List<String> page = keys("p/", after, 2); !page.isEmpty(); page = keys("p/", after, 2)) {
      seen.addAll(page);
      after = page.getLast();
    }
    assertThat(seen).containsExactly("p/1", "p/2", "p/3", "p/4", "p/5");
  }

  @Test
  void continuesBehindAKeyThatIsGone() {
    put("p/1", "x");
    put("p/3", "x");
    assertThat(keys("p/", "p/2", 10)).containsExactly("p/3");
    assertThat(keys("p/", "a", 10)).containsExactly("p/1", "p/3");
    assertThat(keys("p/", "z", 10)).isEmpty();
  }

  @Test
  void appliesAllChangesInOrder() {
    put("old", "x");
    boolean applied =
        store.commit(
            Batch.begin()
                .put("a", bytes("1"))
                .put("a", bytes("2"))
                .put("b", bytes("3"))
                .delete("b")
                .delete("old")
                .delete("never"));
    assertThat(applied).isTrue();
    assertThat(keys("", null, 10)).containsExactly("a");
    assertThat(text("a")).isEqualTo("2");
  }

  @Test
  void changesNothingIfAPreconditionFails() {
    put("a", "1");
    assertThat(
            store.commit(
                Batch.begin()
                    .put("b", bytes("x"))
                    .expect("a", bytes("1"))
                    .expect("a", bytes("other"))))
        .isFalse();
    assertThat(store.commit(Batch.begin().expectAbsent("a").put("b", bytes("x")))).isFalse();
    assertThat(store.commit(Batch.begin().expect("none", bytes("1")).put("b", bytes("x"))))
        .isFalse();
    assertThat(store.get("b")).isEmpty();
  }

  @Test
  void checksPreconditionsAgainstTheStateBefore() {
    Batch batch = Batch.begin().put("a", bytes("1")).expectAbsent("a");
    assertThat(store.commit(batch)).isTrue();
    assertThat(store.commit(batch)).isFalse();
  }

  @Test
  void expectsWhatAReadFound() {
    assertThat(store.commit(Batch.begin().expect("a", store.get("a")).put("a", bytes("1"))))
        .isTrue();
    assertThat(store.commit(Batch.begin().expect("a", store.get("a")).put("a", bytes("2"))))
        .isTrue();
    assertThat(text("a")).isEqualTo("2");
  }

  @Test
  void countsRightWhenManyCompareAndSet() throws Exception {
    put("n", "0");
    int threads = 4;
    int each = 25;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  increment();
                }
                done.countDown();
              });
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(text("n")).isEqualTo("100");
  }

  @Test
  void sharesNoArraysWithItsCallers() {
    byte[] value = bytes("1");
    store.commit(Batch.begin().put("a", value));
    value[0] = 'x';
    store.get("a").orElseThrow()[0] = 'y';
    store.scan("a", null, 1).getFirst().value()[0] = 'z';
    assertThat(text("a")).isEqualTo("1");
  }

  @Test
  void erasesAPrefix() {
    put("a/1", "x");
    put("a/2", "x");
    put("a", "x");
    put("b/1", "x");
    store.erase("a/");
    store.erase("a/");
    assertThat(keys("", null, 10)).containsExactly("a", "b/1");
    put("a/1", "again");
    assertThat(text("a/1")).isEqualTo("again");
  }

  @Test
  void refusesIllegalKeys() {
    for (String key : List.of("", "/a", "a/", "a//b", "a\nb", "a\uD83D", "k".repeat(1025))) {
      assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Batch.begin().put(key, bytes("x")))
          .isInstanceOf(IllegalArgumentException.class);
    }
    put("k".repeat(1024), "longest");
  }

  @Test
  void refusesValuesAndBatchesThatAreTooLarge() {
    byte[] largest = new byte[Batch.MAX_VALUE_BYTES];
    Batch batch = Batch.begin();
    for (int i = 0; i < 7; i++) {
      batch.put("large/" + i, largest);
    }
    assertThat(store.commit(batch)).isTrue();
    assertThatThrownBy(() -> Batch.begin().put("a", new byte[Batch.MAX_VALUE_BYTES + 1]))
        .hasMessage("value of a has 1048577 bytes, at most 1048576 are allowed");
    assertThatThrownBy(() -> batch.put("large/7", largest))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesUnboundedScans() {
    assertThatThrownBy(() -> store.scan("", null, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.scan("", null, 10_001))
        .hasMessage("scan limit 10001, allowed are 1 to 10000");
  }

  @Test
  void tellsWatchersWhatChangedUnderTheirPrefix() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    Watch watch =
        store.watch("w/", changes -> seen.addAll(changes.keys().stream().sorted().toList()));
    put("other", "x");
    put("w/1", "x");
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("w/1");
    store.commit(Batch.begin().delete("w/1"));
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("w/1");
    store.commit(Batch.begin().expectAbsent("other").put("w/2", bytes("x")));
    put("w/3", "x");
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("w/3");
    watch.close();
    put("w/4", "x");
    assertThat(seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void letsAWatcherCommit() throws Exception {
    CountDownLatch copied = new CountDownLatch(1);
    Watch watch =
        store.watch(
            "in/",
            changes -> {
              put("out", "x");
              copied.countDown();
            });
    put("in/1", "x");
    assertThat(copied.await(10, TimeUnit.SECONDS)).isTrue();
    watch.close();
    assertThat(text("out")).isEqualTo("x");
  }

  @Test
  void tellsASlowWatcherToReadAfresh() throws Exception {
    BlockingQueue<Changes> seen = new LinkedBlockingQueue<>();
    CountDownLatch release = new CountDownLatch(1);
    Watch watch =
        store.watch(
            "w/",
            changes -> {
              seen.add(changes);
              awaitQuietly(release);
            });
    put("w/first", "x");
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
    Batch many = Batch.begin();
    for (int i = 0; i <= Watches.MAX_PENDING_KEYS; i++) {
      many.put("w/" + i, bytes("x"));
    }
    store.commit(many);
    release.countDown();
    assertThat(seen.poll(10, TimeUnit.SECONDS)).matches(changes -> !changes.complete());
    watch.close();
  }

  @Test
  void refusesUseAfterClose() {
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.scan("", null, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> put("a", "x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.erase("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.watch("a", changes -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  private void increment() {
    while (true) {
      byte[] seen = store.get("n").orElseThrow();
      int next = Integer.parseInt(new String(seen, UTF_8)) + 1;
      if (store.commit(Batch.begin().expect("n", seen).put("n", bytes(Integer.toString(next))))) {
        return;
      }
    }
  }

  private void put(String key, String value) {
    assertThat(store.commit(Batch.begin().put(key, bytes(value)))).isTrue();
  }

  private String text(String key) {
    return new String(store.get(key).orElseThrow(), UTF_8);
  }

  private List<String> keys(String prefix, @Nullable String after, int limit) {
    return store.scan(prefix, after, limit).stream().map(Entry::key).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
