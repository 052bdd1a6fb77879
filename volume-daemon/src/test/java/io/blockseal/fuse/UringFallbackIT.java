package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rings are asked for where there are none.
@RequiresFuse
class UringFallbackIT {
  private final LogLines log = LogLines.of("io.blockseal.fuse");
  private FuseSandbox sandbox;

  @BeforeEach
  void makeADirectory() throws IOException {
    sandbox = new FuseSandbox(FuseTransportKind.URING);
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    log.close();
    sandbox.close();
  }

  @Test
  void aKernelThatOffersNoRingsIsServedThroughTheDeviceAndTheLogSaysSo() throws IOException {
    sandbox.withholdRings();
    try (FuseExports exports = FuseExports.mount(sandbox.settingsOfAnyKernel())) {
      Path file = Path.of(exports.publish("vol-1", new RamDevice(4 << 20), Map.of()));
      byte[] bytes = Pattern.bytes(5, 4 << 20);

      Files.write(file, bytes);

      assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
      assertThat(log.all())
          .contains(
              "WARNING serving without io_uring: it needs Linux 6.14 or later, and Y in"
                  + " /sys/module/fuse/parameters/enable_uring");
    }
  }
}
