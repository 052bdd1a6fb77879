package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeState;
import software.amazon.awssdk.services.kms.model.KmsException;

/// A daemon whose keys are those of another one, by `kms.endpoint`.
@Timeout(120)
class OtherKmsIT {
  @TempDir private Path directory;
  private DaemonSandbox keys;
  private DaemonSandbox volumes;

  @BeforeEach
  void start() throws Exception {
    keys = DaemonSandbox.start(directory.resolve("keys"), "none");
    volumes =
        DaemonSandbox.start(
            directory.resolve("volumes"),
            Map.of(
                Setting.MOUNT, "none",
                Setting.REGIONS, "us-east-1",
                Setting.KMS_ENDPOINT, keys.endpoint().toString(),
                Setting.KMS_PROFILE, "blockseal"),
            Map.of("AWS_SHARED_CREDENTIALS_FILE", keys.directory().credentials().toString()));
  }

  @AfterEach
  void stop() throws Exception {
    volumes.close();
    keys.close();
  }

  @Test
  void wrapsDataKeysThereAndObeysItsRefusals() throws Exception {
    String key = keys.kms().createKey().keyMetadata().arn();

    String volume = newVolume(key);
    assertThat(awaitEnd(volume).kmsKeyId()).isEqualTo(key);

    keys.kms().disableKey(request -> request.keyId(key));
    String ghost = newVolume(key);
    assertThatThrownBy(() -> awaitEnd(ghost))
        .isInstanceOf(Ec2Exception.class)
        .hasMessageContaining(ghost);
  }

  @Test
  void servesNoKmsOfItsOwn() {
    assertThatThrownBy(() -> volumes.kms().listKeys())
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("correct service: 'ec2', 'sts'");
  }

  private String newVolume(String key) {
    return volumes
        .ec2()
        .createVolume(
            request -> request.availabilityZone("us-east-1a").size(1).encrypted(true).kmsKeyId(key))
        .volumeId();
  }

  /// The volume once it is made; throws if it vanishes.
  private Volume awaitEnd(String id) throws InterruptedException {
    Volume volume;
    do {
      Thread.sleep(50);
      volume = volumes.ec2().describeVolumes(request -> request.volumeIds(id)).volumes().getFirst();
    } while (volume.state() == VolumeState.CREATING);
    return volume;
  }
}
