package io.blockseal.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Keeps a second process off a data directory, and tells others which process has it.
///
/// The lock is the system's: it is gone when the process is, however it went.
final class InstanceLock implements AutoCloseable {
  private final FileChannel channel;
  private final DataDirectory directory;

  private InstanceLock(FileChannel channel, DataDirectory directory) {
    this.channel = channel;
    this.directory = directory;
  }

  /// Takes the lock, or says who has it.
  static InstanceLock take(DataDirectory directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.lock(),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (!locked(channel)) {
      channel.close();
      throw new IOException(
          "another blockseald" + holder(directory) + " is using " + directory.path());
    }
    Files.writeString(directory.pid(), ProcessHandle.current().pid() + "\n");
    return new InstanceLock(channel, directory);
  }

  /// Lets go. Closing twice does nothing.
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      Files.deleteIfExists(directory.pid());
      channel.close();
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String holder(DataDirectory directory) {
    try {
      return " (process " + Files.readString(directory.pid()).strip() + ")";
    } catch (IOException e) {
      return "";
    }
  }
}
