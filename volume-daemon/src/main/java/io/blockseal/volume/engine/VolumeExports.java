package io.blockseal.volume.engine;

import java.io.IOException;
import java.util.Map;

/// Where attached volumes become visible to Linux: a FUSE mount point today, NBD some day.
public interface VolumeExports {
  /// Makes `device` reachable under `name`, with `attributes` to be shown beside it (extended
  /// attributes).
  ///
  /// @return where a program finds it, such as the path of a file
  String publish(String name, BlockDevice device, Map<String, String> attributes)
      throws IOException;

  /// Looks whether programs see what is published.
  ///
  /// @throws IOException if not: the mount is gone, or another one covers it
  void checkSeen() throws IOException;

  /// Takes `name` away, unless something has it open.
  ///
  /// @param force take it away even then; requests that still come get `ENODEV`
  /// @return whether it is gone; false means that it is still open and nothing has changed
  boolean withdraw(String name, boolean force) throws IOException;
}
