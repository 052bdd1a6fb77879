package io.blockseal.fault;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which call of the stores that share this plan goes wrong, and how. It keeps the last calls for
/// whoever has to understand a failure. Thread-safe.
public final class FaultPlan {
  /// How often it goes wrong.
  public enum Span {
    ONCE,
    /// From that call on, until [#disarm].
    ONWARDS
  }

  /// A range of a store that holds something else than its writer was told.
  public record Struck(String store, long offset, long lengthBytes) {}

  private static final int TRACE_CALLS = 60;

  /// How far from its place a misdirected write lands.
  private volatile long shiftBytes = 4096;

  // The rest is guarded by this.
  private @Nullable Fault fault;
  private Predicate<Call> counted = call -> true;
  private Span span = Span.ONCE;
  private long nth;
  private long seen;
  private long hits;
  private int aside;
  private final Deque<String> trace = new ArrayDeque<>();
  private final List<Struck> struck = new ArrayList<>();
  private long calls;
  private CountDownLatch reached = new CountDownLatch(1);
  private CountDownLatch released = new CountDownLatch(1);

  /// The `nth` call from now on, counted from 1, that can suffer `newFault` does.
  public void arm(Fault newFault, long newNth, Span newSpan) {
    arm(newFault, newNth, newSpan, call -> true);
  }

  /// As above, but only the calls that `which` accepts are counted, and go wrong.
  public synchronized void arm(Fault newFault, long newNth, Span newSpan, Predicate<Call> which) {
    fault = newFault;
    counted = which;
    span = newSpan;
    nth = newNth;
    seen = 0;
    hits = 0;
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  /// Everything goes well from now on, and what hangs goes on.
  public synchronized void disarm() {
    fault = null;
    released.countDown();
  }

  /// Where misdirected writes land: so many bytes behind their place.
  public void misdirectBy(long bytes) {
    shiftBytes = bytes;
  }

  long shiftBytes() {
    return shiftBytes;
  }

  /// How many calls went wrong since the plan was armed.
  public synchronized long hits() {
    return hits;
  }

  /// How many calls there were that could.
  public synchronized long seen() {
    return seen;
  }

  /// Something that is done between the calls that are counted.
  public interface Aside<T> {
    T run() throws IOException;
  }

  /// Does something that neither counts nor goes wrong, such as looking at what a store holds now.
  public <T> T aside(Aside<T> check) throws IOException {
    synchronized (this) {
      aside++;
    }
    try {
      return check.run();
    } finally {
      synchronized (this) {
        aside--;
      }
    }
  }

  /// Waits until a call hangs.
  public void awaitHanging() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = reached;
    }
    latch.await();
  }

  /// Whether a call hangs.
  public synchronized boolean hanging() {
    return reached.getCount() == 0 && released.getCount() > 0;
  }

  /// Disarms it after a while, in which whoever waits for what hangs has begun to.
  public void disarmSoon() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              disarm();
            });
  }

  /// The last calls, oldest first, with what befell them.
  public synchronized String trace() {
    return "the last %d of %d calls:%n  %s"
        .formatted(trace.size(), calls, String.join("\n  ", trace));
  }

  /// The ranges that were struck since this was asked last.
  public synchronized List<Struck> takeStruck() {
    List<Struck> taken = List.copyOf(struck);
    struck.clear();
    return taken;
  }

  synchronized void strike(String store, long offset, long lengthBytes) {
    struck.add(new Struck(store, offset, lengthBytes));
  }

  /// What befalls this call; null if nothing. Returns after a hanging call was let go.
  @Nullable Fault next(Call call) {
    Fault mine;
    CountDownLatch wait;
    synchronized (this) {
      if (aside > 0) {
        return null;
      }
      calls++;
      mine = choose(call);
      note(call, mine);
      if (mine != Fault.HANG) {
        return mine;
      }
      reached.countDown();
      wait = released;
    }
    boolean interrupted = false;
    while (true) {
      try {
        wait.await();
        break;
      } catch (InterruptedException e) {
        // As of a process in the kernel that waits for its disk.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private @Nullable Fault choose(Call call) {
    Fault armed = fault;
    if (armed == null || !armed.concerns(call.sort()) || !counted.test(call)) {
      return null;
    }
    seen++;
    if (seen < nth || (span == Span.ONCE && seen > nth)) {
      return null;
    }
    hits++;
    // A process that died after a call does not live to make another.
    return armed == Fault.DEATH_AFTER && hits > 1 ? Fault.DEATH : armed;
  }

  private void note(Call call, @Nullable Fault befell) {
    if (trace.size() == TRACE_CALLS) {
      trace.removeFirst();
    }
    trace.addLast("#%d %s%s".formatted(calls, call, befell == null ? "" : "  <- " + befell));
  }
}
