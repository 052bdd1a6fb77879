package io.blockseal.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Counts what all connections hold together and says when it is enough. Thread-safe.
final class Admission {
  /// How often a draining server looks whether it is done.
  private static final long DRAIN_POLL_MS = 10;

  private final HttpLimits limits;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore requests;
  private final AtomicLong bufferedBytes = new AtomicLong();
  private volatile @Nullable Channel listener;
  private volatile boolean draining;

  Admission(HttpLimits limits) {
    this.limits = limits;
    requests = new Semaphore(limits.requests());
  }

  /// The listener's handler: it stops accepting while there are as many connections as may be, and
  /// every one of them has a request that is being worked on.
  ChannelHandler gate() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void handlerAdded(ChannelHandlerContext context) {
        listener = context.channel();
      }
    };
  }

  void opened(HttpConnection connection) {
    connections.add(connection);
    makeRoomFor(connection);
    listenWhileThereIsRoom();
  }

  void closed(HttpConnection connection) {
    connections.remove(connection);
    listenWhileThereIsRoom();
  }

  /// To be called when a connection begins or ends to wait for its client.
  void changed() {
    listenWhileThereIsRoom();
  }

  /// Closes what is one too many: of those that wait for their clients the one that was not heard
  /// of for longest, and first of those whose clients are not known. One that slipped in while the
  /// last of the others became busy stays: nobody's place is gained by closing it.
  private void makeRoomFor(HttpConnection newcomer) {
    if (connections.size() > limits.connections()) {
      connections.stream()
          .filter(other -> other != newcomer && other.waiting())
          .min(
              Comparator.comparing(HttpConnection::known)
                  .thenComparingLong(HttpConnection::lastHeardNs))
          .ifPresent(longest -> longest.closeIfWaiting(() -> makeRoomFor(newcomer)));
    }
  }

  /// One at a time, so that the last one to look has the last word: event loops come at once.
  private synchronized void listenWhileThereIsRoom() {
    Channel channel = listener;
    if (channel != null) {
      boolean room =
          connections.size() < limits.connections()
              || connections.stream().anyMatch(HttpConnection::waiting);
      if (channel.config().isAutoRead() != room) {
        channel.config().setAutoRead(room);
      }
    }
  }

  /// Whether one more request may go to the handler; if so, [#finished] must follow.
  boolean tryStart() {
    return requests.tryAcquire();
  }

  void finished() {
    requests.release();
  }

  /// Whether `count` more body bytes may be held; if so, [#release] must follow. Half of the room
  /// is for clients that are known.
  boolean tryHold(long count, boolean known) {
    long room = known ? limits.bufferedBytes() : limits.bufferedBytes() / 2;
    if (bufferedBytes.addAndGet(count) <= room) {
      return true;
    }
    bufferedBytes.addAndGet(-count);
    return false;
  }

  void release(long count) {
    bufferedBytes.addAndGet(-count);
  }

  boolean draining() {
    return draining;
  }

  /// Closes idle connections at once and busy ones after their answer, or after the drain limit.
  void drain() {
    draining = true;
    connections.forEach(HttpConnection::closeWhenIdle);
    long deadline = System.nanoTime() + limits.drain().toNanos();
    while (!connections.isEmpty() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(DRAIN_POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    connections.forEach(HttpConnection::closeNow);
  }
}
