package io.blockseal.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// One line a record on standard error: time, level, room, message. A stack trace follows only
/// below the errors that nobody expected.
final class LogFormat extends Formatter {
  /// Held, because the log manager keeps loggers and their levels only while somebody does.
  private static final Logger OURS = Logger.getLogger("io.blockseal");

  LogFormat() {}

  /// Makes every logger of the process write in this form, from `level` up.
  static void install(Level level) {
    Logger root = Logger.getLogger("");
    for (Handler present : root.getHandlers()) {
      root.removeHandler(present);
    }
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new LogFormat());
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.WARNING.intValue() > level.intValue() ? Level.WARNING : level);
    OURS.setLevel(level);
  }

  @Override
  public String format(LogRecord entry) {
    StringWriter line = new StringWriter();
    line.append(entry.getInstant().truncatedTo(ChronoUnit.MILLIS).toString())
        .append(' ')
        .append(level(entry.getLevel()))
        .append(' ')
        .append(room(entry.getLoggerName()))
        .append(": ")
        .append(formatMessage(entry).replace("\n", "\\n"));
    Throwable thrown = entry.getThrown();
    if (thrown != null && entry.getLevel().intValue() < Level.SEVERE.intValue()) {
      line.append(": ").append(thrown.toString().replace("\n", "\\n"));
    }
    line.append(System.lineSeparator());
    if (thrown != null && entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
      thrown.printStackTrace(new PrintWriter(line));
    }
    return line.toString();
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN ";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
  }

  /// `snapshot` for `io.blockseal.snapshot.ChunkStore` and for `io.blockseal.snapshot`; other
  /// people's loggers keep their name.
  private static String room(String logger) {
    String ours = "io.blockseal.";
    if (logger == null || !logger.startsWith(ours)) {
      return String.valueOf(logger);
    }
    int last = logger.lastIndexOf('.') + 1;
    boolean ofClass = last < logger.length() && Character.isUpperCase(logger.charAt(last));
    return logger.substring(
        ours.length(), ofClass ? Math.max(last - 1, ours.length()) : logger.length());
  }
}
