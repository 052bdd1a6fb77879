package io.blockseal.fault;

import org.jspecify.annotations.Nullable;

/// One call of a store, as a [FaultPlan] sees it. Immutable.
///
/// @param store which store, such as `VOLUME`, `chunks` or `metadata`
/// @param name the method
/// @param offset where in the store; -1 where that means nothing
/// @param lengthBytes of what is read or changed there
/// @param what a key or the like; may be empty
public record Call(
    String store, Sort sort, String name, long offset, long lengthBytes, String what) {
  /// What a call does to its store.
  public enum Sort {
    READ,
    /// Puts bytes at a place.
    WRITE,
    /// Changes something else.
    CHANGE,
    SYNC
  }

  /// Whether this is the method `calledName` of any store.
  public boolean is(String calledName) {
    return name.equals(calledName);
  }

  /// Whether the thread that makes it is in a class of this simple name, or in this method of it.
  ///
  /// @param method null for any
  public static boolean comesFrom(String className, @Nullable String method) {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(
                    frame ->
                        frame.getClassName().endsWith("." + className)
                            && (method == null || frame.getMethodName().equals(method))));
  }

  @Override
  public String toString() {
    String place = offset < 0 ? "" : " %d bytes at %d".formatted(lengthBytes, offset);
    return "%s %s%s%s".formatted(store, name, place, what.isEmpty() ? "" : " " + what);
  }
}
