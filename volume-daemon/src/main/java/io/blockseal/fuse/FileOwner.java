package io.blockseal.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whom the exported files belong to: the user that the daemon runs as, which is root's 0 and 0 on
/// a server.
record FileOwner(int uid, int gid) {
  private static final Path SELF = Path.of("/proc/self");

  static FileOwner current() throws IOException {
    return new FileOwner(
        (int) Files.getAttribute(SELF, "unix:uid"), (int) Files.getAttribute(SELF, "unix:gid"));
  }

  boolean root() {
    return uid == 0;
  }
}
