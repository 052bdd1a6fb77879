package io.blockseal.cli.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.kms.CreateKeyResponse;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.cli.ExitCode;
import io.blockseal.cli.RecordingContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CreateKeyTest {
  private final RecordingContext context = new RecordingContext();

  @BeforeEach
  void scriptAKey() {
    context.answers.put(
        "createKey",
        request ->
            CreateKeyResponse.builder()
                .keyMetadata(KeyMetadata.builder().keyId("k-1").build())
                .build());
  }

  @ParameterizedTest
  @CsvSource({"createAlias,--alias=taken", "enableKeyRotation,--rotate"})
  void aKeyThatWasMadeIsNeverLost(String refused, String option) {
    context.answers.put(
        refused,
        request -> {
          throw AwsException.sender("AlreadyExistsException", 400, "it is taken");
        });
    assertThat(context.run("key", "create", option)).isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.out.toString()).isEqualToNormalizingNewlines("k-1\n");
    assertThat(context.notes.toString())
        .contains("key k-1 was made, but")
        .contains("error: AlreadyExistsException: it is taken");
  }
}
