package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The AWS CLI, as it is installed, against a daemon of the distribution.
@RequiresMounts
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsCliIT {
  private static final int AWAIT_TRIES = 300;

  private DaemonProcess daemon;

  @BeforeAll
  void start(@TempDir Path work) {
    Assumptions.assumeTrue(
        Shell.execute(Map.of(), "sh", "-c", "command -v aws").exitCode() == 0,
        "the AWS CLI is not installed (apt-get install awscli)");
    daemon = DaemonProcess.start(work);
  }

  @AfterAll
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Test
  void doesTheWholeJob() {
    String key = text("kms create-key --query KeyMetadata.KeyId");
    aws("kms create-alias --alias-name alias/cli --target-key-id " + key);
    aws("kms enable-key-rotation --key-id " + key);
    assertThat(text("kms get-key-rotation-status --query KeyRotationEnabled --key-id " + key))
        .isEqualTo("True");
    aws("ec2 enable-ebs-encryption-by-default");
    aws("ec2 modify-ebs-default-kms-key-id --kms-key-id alias/cli");

    String volume =
        text("ec2 create-volume --availability-zone us-east-1a --size 1 --query VolumeId");
    await("available", "volumes", volume);
    assertThat(
            text(
                "ec2 describe-volumes --query Volumes[0].[Encrypted,KmsKeyId] --volume-ids "
                    + volume))
        .startsWith("True\tarn:aws:kms:us-east-1:123456789012:key/" + key);
    String instance =
        text("ec2 describe-instances --query Reservations[0].Instances[0].InstanceId");
    aws(attach(volume, instance));
    await("in-use", "volumes", volume);
    String snapshot = text("ec2 create-snapshot --query SnapshotId --volume-id " + volume);
    await("completed", "snapshots", snapshot);

    String second = text("kms create-key --query KeyMetadata.KeyId");
    String copy =
        text(
            "ec2 copy-snapshot --source-region us-east-1 --encrypted --query SnapshotId"
                + " --source-snapshot-id "
                + snapshot
                + " --kms-key-id "
                + second);
    await("completed", "snapshots", copy);
    String restored =
        text(
            "ec2 create-volume --availability-zone us-east-1a --query VolumeId --snapshot-id "
                + copy);
    await("available", "volumes", restored);
    aws("ec2 detach-volume --volume-id " + volume);
    await("available", "volumes", volume);
    assertThat(Files.exists(daemon.fileOf(volume))).isFalse();

    aws("kms disable-key --key-id " + key);
    assertThat(refusal(attach(volume, instance))).contains("(CustomerKeyHasBeenRevoked)");
    aws("kms enable-key --key-id " + key);
    aws(attach(volume, instance));
    for (String id : List.of(copy, snapshot)) {
      aws("ec2 delete-snapshot --snapshot-id " + id);
    }
    aws("ec2 delete-volume --volume-id " + restored);
  }

  @Test
  void isToldWhatIsWrong() {
    assertThat(refusal("ec2 describe-volumes --volume-ids volume"))
        .contains("(InvalidVolumeID.Malformed)");
    assertThat(refusal("ec2 describe-volumes --volume-ids vol-0123456789abcdef0"))
        .contains("(InvalidVolume.NotFound)", "vol-0123456789abcdef0");
    assertThat(refusal("kms describe-key --key-id alias/nobody")).contains("(NotFoundException)");
    assertThat(refusal("--region mars-north-1 kms list-keys"))
        .contains("(InvalidSignatureException)");

    Map<String, String> stranger =
        Map.of("AWS_ACCESS_KEY_ID", "AKIAAAAAAAAAAAAAAAAA", "AWS_SECRET_ACCESS_KEY", "x");
    assertThat(refusal(stranger, "kms list-keys")).contains("(UnrecognizedClientException)");
    assertThat(refusal(stranger, "ec2 describe-volumes")).contains("(AuthFailure)");
  }

  private static String attach(String volume, String instance) {
    return "ec2 attach-volume --device /dev/sdf --volume-id %s --instance-id %s"
        .formatted(volume, instance);
  }

  private void await(String state, String kind, String id) {
    String query = kind.equals("volumes") ? "Volumes[0].State" : "Snapshots[0].State";
    String ids = kind.equals("volumes") ? "--volume-ids" : "--snapshot-ids";
    String now = "";
    for (int i = 0; i < AWAIT_TRIES && !now.equals(state); i++) {
      now = text("ec2 describe-%s --query %s %s %s".formatted(kind, query, ids, id));
    }
    assertThat(now).as(id).isEqualTo(state);
  }

  private String text(String command) {
    return aws(command + " --output text");
  }

  private String aws(String command) {
    Shell.Result result = execute(Map.of(), command);
    assertThat(result.exitCode()).as(command + ": " + result.err()).isZero();
    return result.out().strip();
  }

  private String refusal(String command) {
    return refusal(Map.of(), command);
  }

  private String refusal(Map<String, String> credentials, String command) {
    Shell.Result result = execute(credentials, command);
    assertThat(result.exitCode()).as(command).isNotZero();
    return result.err();
  }

  private Shell.Result execute(Map<String, String> credentials, String command) {
    List<String> words = new ArrayList<>(List.of("aws", "--endpoint-url", daemon.endpoint()));
    words.addAll(List.of(command.split(" ")));
    Map<String, String> environment = new HashMap<>(daemon.environment());
    if (!credentials.isEmpty()) {
      environment.remove("AWS_PROFILE");
      words.addFirst("env");
      credentials.forEach((name, value) -> words.add(1, name + "=" + value));
    }
    return Shell.execute(environment, words.toArray(String[]::new));
  }
}
