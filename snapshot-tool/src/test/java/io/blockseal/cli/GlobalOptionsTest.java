package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class GlobalOptionsTest {
  @Command
  private static final class Nothing {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final GlobalOptions options;

    Nothing(GlobalOptions options) {
      this.options = options;
    }
  }

  private final Map<String, String> environment = new HashMap<>();
  @TempDir private Path directory;

  @BeforeEach
  void writeAConfiguration() throws IOException {
    Path config = directory.resolve("config");
    Files.writeString(
        config,
        """
        [default]
        region = eu-west-1
        [profile blockseal]
        region = eu-central-1
        endpoint_url = http://127.0.0.1:4600
        """);
    environment.put("AWS_CONFIG_FILE", config.toString());
  }

  @Test
  void takesTheRegionOfTheChosenProfile() {
    assertThat(options().region()).isEqualTo("eu-west-1");
    assertThat(options("--profile", "blockseal").region()).isEqualTo("eu-central-1");
    assertThat(options("--profile", "nobody").region()).isEqualTo("us-east-1");
    environment.put("AWS_PROFILE", "blockseal");
    assertThat(options().region()).isEqualTo("eu-central-1");
  }

  @Test
  void optionsWinOverVariablesAndTheseOverTheProfile() {
    environment.put("AWS_DEFAULT_REGION", "us-west-2");
    assertThat(options().region()).isEqualTo("us-west-2");
    environment.put("AWS_REGION", "us-east-2");
    assertThat(options().region()).isEqualTo("us-east-2");
    assertThat(options("--region", "eu-north-1").region()).isEqualTo("eu-north-1");
  }

  @Test
  void takesTheEndpointOfTheChosenProfile() {
    assertThat(options().endpoint()).isEqualTo("http://127.0.0.1:4599");
    assertThat(options("--profile", "blockseal").endpoint()).isEqualTo("http://127.0.0.1:4600");
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:4601");
    assertThat(options("--profile", "blockseal").endpoint()).isEqualTo("http://127.0.0.1:4601");
  }

  @Test
  void goesWithoutAConfiguration() {
    environment.put("AWS_CONFIG_FILE", directory.resolve("nothing").toString());
    assertThat(options().region()).isEqualTo("us-east-1");
  }

  @Test
  void refusesAwsAtAnotherEndpoint() {
    GlobalOptions both = options("--aws", "--endpoint-url", "http://127.0.0.1:4599");
    assertThatThrownBy(both::aws).hasMessageContaining("exclude each other");
  }

  private GlobalOptions options(String... arguments) {
    GlobalOptions options = new GlobalOptions(environment);
    new CommandLine(new Nothing(options)).parseArgs(arguments);
    return options;
  }
}
