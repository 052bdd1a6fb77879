package io.blockseal.volume.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Things to be closed together, in the reverse of the order in which they were opened. Confined to
/// one caller at a time.
final class Closeables implements Closeable {
  private final Deque<Closeable> opened = new ArrayDeque<>();

  /// Remembers `thing` and hands it back.
  <T extends Closeable> T add(T thing) {
    opened.addFirst(thing);
    return thing;
  }

  /// Closes everything, whatever fails, and throws the first failure with the others attached.
  @Override
  public void close() throws IOException {
    Closeable thing = opened.pollFirst();
    if (thing == null) {
      return;
    }
    try {
      thing.close();
    } catch (Throwable e) {
      closeAfter(e);
      throw e;
    }
    close();
  }

  /// As [#close], because of `cause`: failures are attached to it.
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (Throwable e) {
      // The system may throw one and the same Error whenever memory is short.
      if (!e.equals(cause)) {
        cause.addSuppressed(e);
      }
    }
  }
}
