package io.blockseal.cli;

/// How the program ends; the numbers are part of its contract (docs/cli.md).
public enum ExitCode {
  OK(0),
  /// Something on this host failed: a file, a loop device, a program.
  FAILED(1),
  /// The command line is wrong.
  USAGE(2),
  /// The service refused the call.
  REFUSED(3),
  /// The service could not be reached.
  UNREACHABLE(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
