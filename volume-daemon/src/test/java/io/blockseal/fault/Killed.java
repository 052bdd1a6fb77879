package io.blockseal.fault;

/// Stands for the death of the process: nothing in the product catches it.
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed() {
    super("the process died here", null, false, false);
  }
}
