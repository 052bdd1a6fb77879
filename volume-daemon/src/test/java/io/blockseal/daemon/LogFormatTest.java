package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  @Test
  void writesOneLineWithTheRoom() {
    LogRecord entry = entry(Level.INFO, "io.blockseal.http.HttpConnection", "two\nlines");

    assertThat(new LogFormat().format(entry))
        .isEqualTo("2026-01-02T03:04:05.006Z INFO  http: two\\nlines" + System.lineSeparator());
  }

  @Test
  void namesALogThatIsNoClass() {
    assertThat(new LogFormat().format(entry(Level.WARNING, "io.blockseal.audit", "who")))
        .contains("WARN  audit: who");
  }

  @Test
  void namesTheCauseOfAWarningAndTracesAnError() {
    LogRecord warning = entry(Level.WARNING, "other.Library", "odd");
    warning.setThrown(new IllegalStateException("why"));
    assertThat(new LogFormat().format(warning))
        .contains("WARN  other.Library: odd: java.lang.IllegalStateException: why")
        .doesNotContain("\tat ");

    LogRecord error = entry(Level.SEVERE, "io.blockseal.daemon.Daemon", "failed");
    error.setThrown(new IllegalStateException("why"));
    assertThat(new LogFormat().format(error)).contains("ERROR daemon: failed").contains("\tat ");
  }

  private static LogRecord entry(Level level, String logger, String message) {
    LogRecord entry = new LogRecord(level, message);
    entry.setLoggerName(logger);
    entry.setInstant(Instant.parse("2026-01-02T03:04:05.006789Z"));
    return entry;
  }
}
