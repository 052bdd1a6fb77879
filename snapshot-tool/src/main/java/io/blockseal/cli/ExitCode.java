package io.blockseal.cli;

/// How the program ends; the numbers are part of its contract (docs/cli.md).
public enum ExitCode {
  OK(0, "Done"),
  /// Something on this host failed: a file, a loop device, a program.
  FAILED(1, "HostFailed"),
  /// The command line is wrong.
  USAGE(2, "Usage"),
  /// The service refused the call.
  REFUSED(3, "Refused"),
  /// The service could not be reached.
  UNREACHABLE(4, "Unreachable");

  private final int number;
  private final String code;

  ExitCode(int number, String code) {
    this.number = number;
    this.code = code;
  }

  public int number() {
    return number;
  }

  /// What an error that ends so is called, unless the service has a code of its own for it.
  String code() {
    return code;
  }
}
