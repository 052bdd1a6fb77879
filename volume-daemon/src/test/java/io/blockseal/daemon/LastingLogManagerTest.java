package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LastingLogManagerTest {
  @Test
  void keepsItsHandlersWhenTheProcessStops() {
    LastingLogManager manager = new LastingLogManager();
    Logger logger = new Logger("", null) {};
    Handler handler = new ConsoleHandler();
    logger.addHandler(handler);
    logger.setLevel(Level.FINE);
    manager.addLogger(logger);

    manager.reset();

    assertThat(manager.getLogger("").getHandlers()).containsExactly(handler);
    assertThat(manager.getLogger("").getLevel()).isEqualTo(Level.FINE);
  }
}
