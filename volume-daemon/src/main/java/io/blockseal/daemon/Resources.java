package io.blockseal.daemon;

import java.util.ArrayDeque;
import java.util.Deque;

/// What was opened, to be closed in the reverse order. Confined to one thread at a time.
final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /// Takes over the closing of `resource`.
  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /// Closes everything because of `failure`, which gets the failures of closing as suppressed ones.
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (Exception e) { // it must not hide the first one
      failure.addSuppressed(e);
    }
  }

  /// Closes everything, whatever fails. Closing twice does nothing.
  ///
  /// @throws Exception the first failure, with the later ones suppressed
  @Override
  public void close() throws Exception {
    Exception first = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) { // whatever it is, the rest must be closed too
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
