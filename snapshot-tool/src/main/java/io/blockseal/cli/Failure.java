package io.blockseal.cli;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.client.UnreachableException;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The one place where an exception becomes a message and an exit code.
final class Failure implements CommandLine.IExecutionExceptionHandler {
  /// What to try next, by the service's error code.
  private static final Map<String, String> HINTS =
      Map.of(
          "CustomerKeyHasBeenRevoked",
          "`blockseal volume explain VOLUME` says what the KMS answered",
          "VolumeInUse",
          "`blockseal volume detach VOLUME` comes first",
          "InvalidParameterDependency",
          "add --encrypted",
          "NoCredentials",
          "`eval \"$(blockseal env --data DIR)\"` points this shell at a daemon's credentials",
          "UnrecognizedClientException",
          "`eval \"$(blockseal env --data DIR)\"` points this shell at a daemon's credentials",
          "AuthFailure",
          "`eval \"$(blockseal env --data DIR)\"` points this shell at a daemon's credentials");

  private final PrintWriter notes;

  Failure(PrintWriter notes) {
    this.notes = notes;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, CommandLine.@Nullable ParseResult arguments) {
    ExitCode code = codeOf(exception);
    notes.println("error: " + describe(exception));
    String hint = hintFor(exception);
    if (hint != null) {
      notes.println("hint: " + hint);
    }
    notes.flush();
    return code.number();
  }

  private static ExitCode codeOf(Exception exception) {
    return switch (exception) {
      case UnreachableException _ -> ExitCode.UNREACHABLE;
      case AwsException _ -> ExitCode.REFUSED;
      default -> ExitCode.FAILED;
    };
  }

  private static String describe(Exception exception) {
    String message = exception.getMessage();
    if (exception instanceof AwsException refusal && !(exception instanceof UnreachableException)) {
      return message == null ? refusal.code() : refusal.code() + ": " + message;
    }
    return message == null ? exception.getClass().getSimpleName() : message;
  }

  private static @Nullable String hintFor(Exception exception) {
    return switch (exception) {
      case UnreachableException _ ->
          "is a daemon running there? `blockseald run` starts one, --endpoint-url names another";
      case AwsException refusal -> HINTS.get(refusal.code());
      default -> null;
    };
  }
}
