package io.blockseal.daemon;

import java.util.logging.LogManager;

/// Logs until the process is gone.
///
/// The JDK's own manager resets itself as soon as the process is told to stop, beside whatever else
/// runs then, and what goes wrong in a stop is said to nobody. The program's launcher names this
/// one (`java.util.logging.manager`): by the time that `main` runs, it can be too late.
public final class LastingLogManager extends LogManager {
  /// Called by the JDK alone.
  public LastingLogManager() {}

  /// Does nothing.
  @Override
  public void reset() {
    // Who installs another handler takes away those that are there.
  }
}
