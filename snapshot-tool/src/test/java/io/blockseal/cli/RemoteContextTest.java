package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteContextTest {
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret");

  private final StringWriter notes = new StringWriter();
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "http://", "ftp://127.0.0.1", "http://127.0.0.1/path", "a b"})
  void anEndpointThatIsNoUrlEndsWithTwo(String endpoint) {
    assertThat(run(Map.of(), "volume", "list", "--endpoint-url", endpoint))
        .isEqualTo(ExitCode.USAGE.number());
    assertThat(notes.toString()).contains("'" + endpoint + "' is not the URL of a daemon");
  }

  @Test
  void certificatesToTrustThatCannotBeReadAreThisHostsFault() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    for (Path bundle : List.of(empty, directory.resolve("nothing.pem"))) {
      Map<String, String> environment = Map.of("AWS_CA_BUNDLE", bundle.toString());
      assertThat(run(environment, "volume", "list", "--endpoint-url", "https://127.0.0.1:1"))
          .isEqualTo(ExitCode.FAILED.number());
      assertThat(notes.toString()).contains(bundle.toString());
    }
  }

  @Test
  void aDaemonThatIsNotThereIsToldInWords() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    assertThat(run(KEYS, "volume", "list", "--endpoint-url", endpoint))
        .isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(notes.toString())
        .startsWith("error: cannot connect to " + endpoint + ": nothing listens there\n")
        .contains("hint: is a daemon running there?")
        .doesNotContain("Exception");
    run(KEYS, "volume", "list", "--endpoint-url", "http://nowhere.invalid");
    assertThat(notes.toString()).contains("http://nowhere.invalid: there is no such host\n");
  }

  private int run(Map<String, String> environment, String... arguments) {
    GlobalOptions options = new GlobalOptions(environment);
    Terminal terminal =
        new Terminal(new PrintWriter(new StringWriter()), false, new PrintWriter(notes), false);
    Context context = new RemoteContext(options, environment, terminal, "test");
    return CommandTable.of(context, options, "test").execute(arguments);
  }
}
