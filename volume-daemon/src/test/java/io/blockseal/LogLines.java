package io.blockseal;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What is logged under a name from now until it is closed. Thread-safe.
public final class LogLines implements Closeable {
  private final Logger logger;
  private final Handler listener = new Listener();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines(Logger logger) {
    this.logger = logger;
    logger.addHandler(listener);
  }

  public static LogLines of(String name) {
    return new LogLines(Logger.getLogger(name));
  }

  /// The lines so far, each its level and its message.
  public List<String> all() {
    return lines;
  }

  @Override
  public void close() {
    logger.removeHandler(listener);
  }

  private final class Listener extends Handler {
    @Override
    public void publish(LogRecord record) {
      lines.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {
      // Nothing is held back.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
