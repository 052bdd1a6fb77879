package io.blockseal.volume.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

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
    IOException failure = null;
    for (Closeable thing = opened.pollFirst(); thing != null; thing = opened.pollFirst()) {
      failure = close(thing, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// As [#close], because of `cause`: failures are attached to it.
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static @Nullable IOException close(Closeable thing, @Nullable IOException earlier) {
    try {
      thing.close();
      return earlier;
    } catch (IOException e) {
      if (earlier == null) {
        return e;
      }
      earlier.addSuppressed(e);
      return earlier;
    }
  }
}
