package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigurationPageTest {
  @ParameterizedTest
  @EnumSource
  void explainsEverySettingAndItsVariable(Setting setting) throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
        .contains("| `" + setting.key() + "` | `" + setting.variable() + "` | ");
  }
}
