package io.blockseal.fuse;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A thread that helps with one [LongRequest] at a time.
///
/// Whoever serves the request reserves the helper, offers it the request, and in the end either
/// retracts the offer or waits until the helper is done; then it releases it. Only the helper
/// itself goes on from an offer to the work.
final class Helper implements Runnable {
  /// How often the end of a helper's piece, which takes some 50 us, is looked for before sleeping.
  private static final int SPINS = 1000;

  private enum State {
    IDLE,
    RESERVED,
    OFFERED,
    WORKING,
    STOPPED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final LongRequest ownRequest = new LongRequest();

  /// Written by the one who has reserved the helper.
  private volatile @Nullable LongRequest request;

  /// Who sleeps until the work is done.
  private volatile @Nullable Thread waiting;

  private volatile @Nullable Thread thread;

  @Override
  public void run() {
    thread = Thread.currentThread();
    IoFlusher.markCurrentThread();
    while (state.get() != State.STOPPED) {
      if (!state.compareAndSet(State.OFFERED, State.WORKING)) {
        LockSupport.park(this);
        continue;
      }
      try {
        Objects.requireNonNull(request).helpOut();
      } finally {
        // Whatever happens, nobody waits for ever.
        state.set(State.RESERVED);
        LockSupport.unpark(waiting);
      }
    }
  }

  /// @return whether the helper was idle and is the caller's now
  boolean reserve() {
    return state.get() == State.IDLE && state.compareAndSet(State.IDLE, State.RESERVED);
  }

  /// A request that nobody but the one who has reserved this helper uses.
  LongRequest ownRequest() {
    return ownRequest;
  }

  void offer(LongRequest offered) {
    request = offered;
    state.set(State.OFFERED);
    LockSupport.unpark(thread);
  }

  /// If this helper was offered `offered`: takes the offer back, or waits until the work is done.
  void awaitOrRetract(LongRequest offered) {
    if (request != offered || state.compareAndSet(State.OFFERED, State.RESERVED)) {
      return;
    }
    for (int spin = 0; state.get() == State.WORKING && spin < SPINS; spin++) {
      Thread.onSpinWait();
    }
    while (state.get() == State.WORKING) {
      waiting = Thread.currentThread();
      if (state.get() == State.WORKING) {
        LockSupport.park(this);
      }
      waiting = null;
    }
  }

  /// Lets this helper go if it was reserved for `offered`.
  void release(LongRequest offered) {
    if (request == offered) {
      request = null;
      state.set(State.IDLE);
    }
  }

  void stop() {
    state.set(State.STOPPED);
    LockSupport.unpark(thread);
  }
}
