package io.blockseal.meta;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksDbMetadataStoreTest extends MetadataStoreContract {
  @TempDir Path directory;

  @Override
  MetadataStore newStore() throws IOException {
    return RocksDbMetadataStore.open(directory.resolve("contract"));
  }

  @Test
  void findsItsEntriesAfterReopening() throws IOException {
    Path home = directory.resolve("reopened");
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      store.commit(Batch.begin().put("a", new byte[] {1, 2, 3}));
    }
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      assertThat(store.get("a")).contains(new byte[] {1, 2, 3});
    }
  }

  @Test
  void saysThatADirectoryIsInUse() throws IOException {
    Path home = directory.resolve("shared");
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      assertThat(store.get("a")).isEmpty();
      assertThatThrownBy(() -> RocksDbMetadataStore.open(home))
          .isInstanceOf(MetadataStoreLockedException.class)
          .hasMessageContaining(home.toString())
          .hasMessageContaining("is in use");
    }
  }

  @Test
  void namesTheDirectoryThatCannotBeOpened() throws IOException {
    Path home = directory.resolve("broken");
    RocksDbMetadataStore.open(home).close();
    Files.writeString(home.resolve("CURRENT"), "MANIFEST-999999\n");
    assertThatThrownBy(() -> RocksDbMetadataStore.open(home))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(MetadataStoreLockedException.class)
        .hasMessageContaining(home.toString());
  }

  @Test
  void leavesNoErasedValueInAnyFile() throws IOException {
    Path home = directory.resolve("erased");
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      store.commit(Batch.begin().put("secret/old", marker("OLD")).put("kept", marker("KEPT")));
      store.commit(Batch.begin().put("secret/old", marker("NEW")));
    }
    // Reopening moves the log into a table file; the next value goes to the log.
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      store.commit(Batch.begin().put("secret/log", marker("LOG")));
      assertThat(found(home, "OLD", "NEW", "LOG", "KEPT")).contains("NEW", "LOG", "KEPT");
      store.erase("secret/");
      assertThat(found(home, "OLD", "NEW", "LOG", "KEPT")).containsExactly("KEPT");
    }
    assertThat(found(home, "OLD", "NEW", "LOG", "KEPT")).containsExactly("KEPT");
  }

  private static byte[] marker(String name) {
    return ("marker-" + name + "-marker").getBytes(ISO_8859_1);
  }

  private static List<String> found(Path home, String... names) throws IOException {
    StringBuilder everything = new StringBuilder();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        everything.append(Files.readString(file, ISO_8859_1));
      }
    }
    return Stream.of(names)
        .filter(name -> everything.indexOf("marker-" + name + "-marker") >= 0)
        .toList();
  }

  @Test
  void servesOthersWhileAnErasedFileIsNotUnlinkedYet() throws Exception {
    Path home = directory.resolve("slow");
    try (MetadataStore store = RocksDbMetadataStore.open(home)) {
      store.commit(Batch.begin().put("a/1", new byte[] {1}).put("b/1", new byte[] {2}));
      Path lingering = Files.createFile(home.resolve("999999.sst"));
      CompletableFuture<Void> erasure = CompletableFuture.runAsync(() -> store.erase("a/"));
      // It is through with the rewriting once the entry is gone.
      while (store.get("a/1").isPresent()) {
        Thread.onSpinWait();
      }

      assertThat(store.commit(Batch.begin().put("b/2", new byte[] {3}))).isTrue();
      assertThat(erasure).isNotDone();

      Files.delete(lingering);
      erasure.get(10, TimeUnit.SECONDS);
    }
  }
}
