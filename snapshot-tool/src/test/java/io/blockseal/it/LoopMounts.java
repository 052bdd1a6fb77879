package io.blockseal.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// Mounts of files through loop devices, all of which go when this is closed.
final class LoopMounts implements AutoCloseable {
  private record Mounted(Path directory, String loop) {}

  private final Deque<Mounted> mounts = new ArrayDeque<>();

  void mount(Path file, Path directory, String options) throws IOException {
    Files.createDirectories(directory);
    String loop = Shell.run("losetup", "--find", "--show", file.toString());
    mounts.push(new Mounted(directory, loop));
    Shell.run("mount", "-o", options, loop, directory.toString());
  }

  /// Unmounts what was mounted last.
  void unmount() {
    Mounted last = mounts.pop();
    Shell.run("umount", last.directory.toString());
    Shell.run("losetup", "--detach", last.loop);
  }

  @Override
  public void close() {
    for (Mounted mounted : mounts) {
      Shell.execute(Map.of(), "umount", "--lazy", mounted.directory.toString());
      Shell.execute(Map.of(), "losetup", "--detach", mounted.loop);
    }
    mounts.clear();
  }
}
