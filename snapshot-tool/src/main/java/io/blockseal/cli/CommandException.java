package io.blockseal.cli;

/// A command that cannot go on, with what the user should read about it and how the program ends.
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /// Something on this host failed.
  public CommandException(String message) {
    this(ExitCode.FAILED, message);
  }

  /// Something on this host failed.
  public CommandException(String message, Throwable cause) {
    this(ExitCode.FAILED, message);
    initCause(cause);
  }

  private CommandException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// The command line asks for what cannot be asked for.
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /// The service took the call and then did not do it.
  public static CommandException refused(String message) {
    return new CommandException(ExitCode.REFUSED, message);
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
