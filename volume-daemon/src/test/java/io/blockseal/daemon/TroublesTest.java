package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.VolumeExports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TroublesTest {
  @TempDir private Path directory;

  /// Exports whose mount is gone.
  private static final VolumeExports UNSEEN =
      new VolumeExports() {
        @Override
        public String publish(String name, BlockDevice device, Map<String, String> attributes) {
          return name;
        }

        @Override
        public void checkSeen() throws IOException {
          throw new IOException("/mnt was unmounted by somebody");
        }

        @Override
        public boolean withdraw(String name, boolean force) {
          return true;
        }
      };

  @Test
  void areNoneIfAllIsWell() {
    assertThat(new Troubles(new NoExports(), directory).get()).isEmpty();
  }

  @Test
  void tellOfVolumesThatNobodySees() {
    assertThat(new Troubles(UNSEEN, directory).get())
        .containsExactly("/mnt was unmounted by somebody");
  }

  @Test
  void tellOfADiskThatIsGone() {
    assertThat(new Troubles(new NoExports(), directory.resolve("gone")).get())
        .singleElement()
        .asString()
        .startsWith("the disk of " + directory.resolve("gone") + " cannot be looked at");
  }
}
