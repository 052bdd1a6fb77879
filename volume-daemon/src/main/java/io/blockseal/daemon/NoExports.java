package io.blockseal.daemon;

import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.VolumeExports;
import java.io.IOException;
import java.util.Map;

/// The exports of a daemon without FUSE: everything works but attaching.
final class NoExports implements VolumeExports {
  @Override
  public String publish(String name, BlockDevice device, Map<String, String> attributes)
      throws IOException {
    throw new IOException(
        "%s cannot be attached: this daemon runs with mount = none".formatted(name));
  }

  @Override
  public void checkSeen() {
    // Nothing is published that anybody could see.
  }

  @Override
  public boolean withdraw(String name, boolean force) {
    return true;
  }
}
