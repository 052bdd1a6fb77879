package io.blockseal.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.sigv4.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsProviderTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("AWS_ACCESS_KEY_ID", "env", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN", "t");

  @TempDir private Path home;

  @BeforeEach
  void writeFile() throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(
        home.resolve(".aws/credentials"),
        """
        [default]
        aws_access_key_id = file
        aws_secret_access_key=a=b
        # [ops]
        [ops]
        aws_access_key_id=ops
        aws_secret_access_key=s2
        aws_session_token=t2
        [half]
        aws_access_key_id=half
        """);
  }

  @Test
  void takesTheEnvironmentFirst() {
    assertThat(find(ENVIRONMENT, null)).isEqualTo(new Credentials("env", "s", "t"));
  }

  @Test
  void takesAProfileThatWasAskedForBeforeTheEnvironment() {
    assertThat(find(ENVIRONMENT, "ops")).isEqualTo(new Credentials("ops", "s2", "t2"));
  }

  @Test
  void takesTheDefaultOrTheNamedProfileOfTheFile() {
    assertThat(find(Map.of(), null)).isEqualTo(new Credentials("file", "a=b", null));
    assertThat(find(Map.of("AWS_PROFILE", "ops"), null).accessKeyId()).isEqualTo("ops");
  }

  @Test
  void takesAnotherFileIfTheEnvironmentNamesOne() throws IOException {
    Path other =
        Files.writeString(
            home.resolve("c"), "[default]\naws_access_key_id=o\naws_secret_access_key=s\n");
    assertThat(find(Map.of("AWS_SHARED_CREDENTIALS_FILE", other.toString()), null).accessKeyId())
        .isEqualTo("o");
  }

  @Test
  void saysWhereItLooked() {
    assertThatThrownBy(() -> find(Map.of(), "half"))
        .hasFieldOrPropertyWithValue("code", "NoCredentials")
        .hasMessageContaining("profile 'half' in " + home.resolve(".aws/credentials"));
    assertThatThrownBy(() -> find(Map.of("AWS_SHARED_CREDENTIALS_FILE", "/nowhere"), null))
        .hasMessageStartingWith("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
  }

  private Credentials find(Map<String, String> environment, @Nullable String profile) {
    return CredentialsProvider.standard(environment, home, profile).credentials();
  }
}
