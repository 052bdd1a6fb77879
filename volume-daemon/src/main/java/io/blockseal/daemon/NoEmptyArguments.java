package io.blockseal.daemon;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Runs a command only if none of its arguments is empty.
///
/// An empty one is what a shell makes of a quoted variable that is not set, and it would be taken
/// for something: an empty path is the current directory, and an empty id no id at all.
final class NoEmptyArguments implements IExecutionStrategy {
  private final IExecutionStrategy then = new CommandLine.RunLast();

  @Override
  public int execute(ParseResult arguments) {
    for (CommandLine command : arguments.asCommandLineList()) {
      for (ArgSpec argument : command.getParseResult().matchedArgs()) {
        if (argument.originalStringValues().contains("")) {
          throw new ParameterException(command, refusalOf(argument));
        }
      }
    }
    return then.execute(arguments);
  }

  private static String refusalOf(ArgSpec argument) {
    return "an empty %s%s: it has at least one character. Is a variable of the shell not set?"
        .formatted(
            argument.paramLabel(),
            argument instanceof OptionSpec option ? " for " + option.longestName() : "");
  }
}
