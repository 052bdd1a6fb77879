package io.blockseal.aws.client;

import java.net.URI;

/// The pause before a call is tried again: doubled every time.
final class Backoff {

  private static final long FIRST_PAUSE_MS = 100;

  private Backoff() {}

  /// Sleeps after the attempt of this number, from 1. Throws an [UnreachableException] if
  /// interrupted.
  static void pause(int attempt, URI endpoint) {
    try {
      Thread.sleep(FIRST_PAUSE_MS << (attempt - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(endpoint, "interrupted before another attempt at", false, e);
    }
  }
}
