package io.blockseal.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// A bound on what a thread allocates, so that no length in a file makes a parser ask for
/// gigabytes. Memory outside the heap is bounded by the process. Stateless.
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /// What may allocate.
  @FunctionalInterface
  public interface Step<X extends Exception> {
    void run() throws X;
  }

  /// Runs `step`, which may throw, and fails if it allocated more than `maxBytes`, and again when
  /// it is run once more: the first run of all also loads classes, which the fuzzer instruments.
  public static <X extends Exception> void atMost(long maxBytes, Step<X> step) throws X {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      step.run();
    } catch (Throwable e) {
      check(before, maxBytes, step);
      throw e;
    }
    check(before, maxBytes, step);
  }

  private static void check(long before, long maxBytes, Step<?> step) {
    if (since(before) <= maxBytes) {
      return;
    }
    long again = THREADS.getCurrentThreadAllocatedBytes();
    try {
      step.run();
    } catch (Exception expected) {
      // The first run has told.
    }
    if (since(again) > maxBytes) {
      throw new AssertionError(
          "%d bytes were allocated, at most %d are allowed".formatted(since(again), maxBytes));
    }
  }

  private static long since(long before) {
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
