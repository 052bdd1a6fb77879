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

  /// Runs `step`, which may throw, and fails if it allocated more than `maxBytes`.
  public static <X extends Exception> void atMost(long maxBytes, Step<X> step) throws X {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      step.run();
    } catch (Throwable e) {
      check(before, maxBytes);
      throw e;
    }
    check(before, maxBytes);
  }

  private static void check(long before, long maxBytes) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > maxBytes) {
      throw new AssertionError(
          "%d bytes were allocated, at most %d are allowed".formatted(allocated, maxBytes));
    }
  }
}
