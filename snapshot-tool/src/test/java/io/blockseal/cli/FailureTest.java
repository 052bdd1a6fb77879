package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureTest {
  private final RecordingContext context = new RecordingContext();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volume create",
        "volume create --size abc",
        "volume create --size 1G --volume-type foo",
        "volume grow vol-1 --size 0G",
        "volume explain ''",
        "settings default-key",
        "settings default-key alias/db --reset",
        "key alias --delete",
        "key alias db",
        "key rotation k --on --off",
        "volume",
        "volum list"
      })
  void aCommandLineThatCannotBeMeantEndsWithTwo(String line) {
    String[] arguments = line.split(" ", -1);
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = arguments[i].equals("''") ? "" : arguments[i];
    }
    assertThat(context.run(arguments)).isEqualTo(ExitCode.USAGE.number());
    assertThat(context.notes.toString()).startsWith("error: ").contains("\nhint: ");
    assertThat(context.out.toString()).isEmpty();
    assertThat(context.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volume attach vol-1 --mount ''",
        "volume attach vol-1 --mount=",
        "volume attach vol-1 --mkfs ''",
        "volume attach vol-1 --device ''",
        "volume create --size 1G --snapshot-id ''",
        "volume create --size ''",
        "volume create --size 1G --kms-key-id ''",
        "volume list --region ''",
        "--endpoint-url '' volume list",
        "snapshot list --volume ''",
        "snapshot wait snap-1 ''",
        "key alias '' key",
        "key rotation k --days ''",
        "env --data ''"
      })
  void anEmptyArgumentIsRefusedByName(String line) {
    String[] arguments = line.split(" ", -1);
    String name = "";
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("''") || arguments[i].endsWith("=")) {
        name = arguments[i].equals("''") && i > 0 ? arguments[i - 1] : arguments[i];
        arguments[i] = arguments[i].equals("''") ? "" : arguments[i];
      }
    }
    assertThat(context.run(arguments)).isEqualTo(ExitCode.USAGE.number());
    if (name.startsWith("--")) {
      assertThat(context.notes.toString()).contains(name.replace("=", ""));
    }
    assertThat(context.requests).isEmpty();
    assertThat(context.hostCalls).isEmpty();
  }

  @Test
  void theRefusalOfAnEmptyArgumentSaysTheRule() {
    context.run("volume", "attach", "vol-1", "--mount", "");
    assertThat(context.notes.toString())
        .startsWith(
            "error: an empty DIR for --mount: it has at least one character. Is a variable of the"
                + " shell not set?\nhint: ");
    context.run("snapshot", "delete", "");
    assertThat(context.notes.toString()).contains("error: an empty SNAPSHOT: ");
  }

  @Test
  void anUnknownChoiceListsTheChoicesThatThereAre() {
    context.run("volume", "create", "--size", "1G", "--volume-type", "foo");
    assertThat(context.notes.toString())
        .contains("standard, io1, io2, gp2, sc1, st1, gp3")
        .doesNotContain("UNRECOGNIZED");
  }

  @Test
  void aNounWithoutAVerbListsTheVerbs() {
    context.run("snapshot");
    assertThat(context.notes.toString()).contains("Usage: blockseal snapshot").contains("  wait  ");
  }

  @Test
  void aMistypedOptionIsSpelledOut() {
    context.run("volume", "create", "--sise", "1G");
    assertThat(context.notes.toString()).contains("did you mean --size?");
  }

  @Test
  void scriptsReadErrorsAsJson() {
    refuse("VolumeInUse", "vol-1 is attached");
    assertThat(context.run("volume", "delete", "vol-1", "--output", "json"))
        .isEqualTo(ExitCode.REFUSED.number());
    assertThat(context.notes.toString())
        .isEqualToNormalizingNewlines(
            """
            {"error":{"code":"VolumeInUse","message":"vol-1 is attached",\
            "hint":"`blockseal volume detach VOLUME` comes first"}}
            """);
  }

  @Test
  void scriptsReadErrorsOfTheCommandLineAsJsonWhereverTheOptionStands() {
    context.run("volume", "create", "--sise", "1G", "--output", "json");
    assertThat(context.notes.toString())
        .startsWith("{\"error\":{\"code\":\"Usage\",\"message\":")
        .doesNotContain("Usage: ");
  }

  @Test
  void aWrongSignatureNamesTheRegionThatItWasMadeFor() {
    refuse("AuthFailure", "not able to validate");
    context.run("volume", "delete", "vol-1");
    assertThat(context.notes.toString())
        .contains("error: AuthFailure: not able to validate")
        .contains("Region us-east-1")
        .contains("--region")
        .contains("blockseal env");
  }

  @Test
  void aCipherWithoutEncryptionNamesTheOptionThatIsMissing() {
    refuse("InvalidParameterCombination", "It would be unencrypted. Set the parameter Encrypted.");
    context.run("volume", "delete", "vol-1");
    assertThat(context.notes.toString()).contains("hint: add --encrypted");
    refuse("InvalidParameterCombination", "Iops and Throughput.");
    context.notes.getBuffer().setLength(0);
    context.run("volume", "delete", "vol-1");
    assertThat(context.notes.toString()).doesNotContain("hint:");
  }

  @Test
  void aTerminalGetsNoControlCharactersOfAService() {
    refuse("Odd", "red \u001b[31m text\nand more");
    context.run("volume", "delete", "vol-1");
    assertThat(context.notes.toString())
        .isEqualToNormalizingNewlines("error: Odd: red \uFFFD[31m text\nand more\n");
  }

  private void refuse(String code, String message) {
    context.answers.put(
        "deleteVolume",
        request -> {
          throw AwsException.sender(code, 400, message);
        });
  }
}
