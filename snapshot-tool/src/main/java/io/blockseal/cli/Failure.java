package io.blockseal.cli;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.client.UnreachableException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The one place where an exception becomes a message and an exit code.
final class Failure
    implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
  private static final String OTHER_CREDENTIALS =
      "`eval \"$(blockseal env --data DIR)\"` points this shell at a daemon's credentials";

  private static final String ADD_ENCRYPTED = "add --encrypted";

  /// What to try next, by the service's error code.
  private static final Map<String, String> HINTS =
      Map.of(
          "CustomerKeyHasBeenRevoked",
          "`blockseal volume explain VOLUME` says what the KMS answered",
          "IncorrectState",
          "`blockseal volume explain VOLUME` says why a volume is not fit for this",
          "VolumeInUse",
          "`blockseal volume detach VOLUME` comes first",
          "InvalidParameterDependency",
          ADD_ENCRYPTED,
          "NoCredentials",
          OTHER_CREDENTIALS,
          "UnrecognizedClientException",
          OTHER_CREDENTIALS);

  /// By these a daemon refuses a Region that it does not serve; the first one, EC2's, does not say
  /// so.
  private static final List<String> WRONG_SIGNATURE =
      List.of("AuthFailure", "InvalidSignatureException", "SignatureDoesNotMatch");

  private final Context context;

  Failure(Context context) {
    this.context = context;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, CommandLine.@Nullable ParseResult arguments) {
    ExitCode exitCode = exitCodeOf(exception);
    Notes notes = context.notes();
    String message = exception.getMessage();
    if (exception instanceof AwsException refusal && exitCode == ExitCode.REFUSED) {
      notes.error(refusal.code(), true, message, hintFor(refusal));
    } else {
      notes.error(
          exitCode.code(),
          false,
          message == null ? exception.getClass().getSimpleName() : message,
          hintFor(exitCode, exception, command));
    }
    return exitCode.number();
  }

  /// Arguments that cannot be understood: an option that is not there, a number that is none.
  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    String message = exception.getMessage();
    List<String> near =
        exception instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String hint =
        near.isEmpty()
            ? hintFor(ExitCode.USAGE, exception, command)
            : "did you mean %s?".formatted(String.join(" or ", near));
    Notes notes = context.notes().in(formatOf(arguments));
    notes.error(ExitCode.USAGE.code(), false, message, hint);
    if (near.isEmpty() && !command.getSubcommands().isEmpty()) {
      notes.text("\n" + command.getUsageMessage());
    }
    return ExitCode.USAGE.number();
  }

  /// The options after the one that is wrong were never read.
  private static Output.Format formatOf(String[] arguments) {
    String all = String.join(" ", arguments);
    return all.contains("--output json") || all.contains("--output=json")
        ? Output.Format.json
        : Output.Format.table;
  }

  private static ExitCode exitCodeOf(Exception exception) {
    return switch (exception) {
      case UnreachableException _ -> ExitCode.UNREACHABLE;
      case AwsException _ -> ExitCode.REFUSED;
      case CommandException command -> command.exitCode();
      default -> ExitCode.FAILED;
    };
  }

  private static @Nullable String hintFor(
      ExitCode exitCode, Exception exception, CommandLine command) {
    return switch (exitCode) {
      case UNREACHABLE ->
          exception.getCause() instanceof SSLException
              ? "AWS_CA_BUNDLE names a file with the certificates to trust"
              : "is a daemon running there? `blockseald run` starts one, --endpoint-url names"
                  + " another";
      case USAGE -> "`%s --help` shows how".formatted(command.getCommandSpec().qualifiedName());
      case OK, FAILED, REFUSED -> null;
    };
  }

  /// A cipher without encryption is one of many combinations that are refused by this code.
  private static boolean asksForEncryption(AwsException refusal) {
    String message = refusal.getMessage();
    return refusal.code().equals("InvalidParameterCombination")
        && message != null
        && message.contains("Set the parameter Encrypted");
  }

  private @Nullable String hintFor(AwsException refusal) {
    if (WRONG_SIGNATURE.contains(refusal.code())) {
      return ("does the daemon serve the Region %s, which this was signed for? --region names"
              + " another. Else the credentials are not its own: %s")
          .formatted(context.region(), OTHER_CREDENTIALS);
    }
    if (asksForEncryption(refusal)) {
      return ADD_ENCRYPTED;
    }
    return HINTS.get(refusal.code());
  }
}
