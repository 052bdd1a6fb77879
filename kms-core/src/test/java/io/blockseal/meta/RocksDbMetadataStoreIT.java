package io.blockseal.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens between two processes, and when one of them is killed.
final class RocksDbMetadataStoreIT {
  @TempDir Path directory;

  @Test
  void saysThatAnotherProcessHasTheDirectory() throws Exception {
    Process other = startHolder();
    try {
      assertThatThrownBy(() -> RocksDbMetadataStore.open(directory))
          .isInstanceOf(MetadataStoreLockedException.class)
          .hasMessageContaining("another process");
    } finally {
      other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void keepsWhatAKilledProcessHadCommitted() throws Exception {
    Process other = startHolder();
    other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    try (MetadataStore store = RocksDbMetadataStore.open(directory)) {
      assertThat(store.get("held")).contains(new byte[] {7});
    }
  }

  private Process startHolder() throws IOException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(other.getInputStream().read()).isEqualTo('!');
    return other;
  }

  /// Opens the directory, commits, says so, and waits to be killed.
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (MetadataStore store = RocksDbMetadataStore.open(Path.of(args[0]))) {
        store.commit(Batch.begin().put("held", new byte[] {7}));
        System.out.write('!');
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }
}
