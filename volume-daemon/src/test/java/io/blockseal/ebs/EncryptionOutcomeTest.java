package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.ebs.EncryptionRules.Asked;
import io.blockseal.ebs.EncryptionRules.ByDefault;
import io.blockseal.ebs.EncryptionRules.Making;
import io.blockseal.ebs.EncryptionRules.Source;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every row of the encryption tables whose source can exist here (snapshots aren't shared between
/// accounts), played through the service, with and without a `KmsKeyId`.
class EncryptionOutcomeTest {
  private final EbsRig rig = new EbsRig();
  private final String sourceKey = rig.key();
  private final String defaultKey = rig.key();
  private final String namedKey = rig.key();

  @AfterEach
  void close() {
    rig.close();
  }

  static Stream<EncryptionRules.Row> rows() {
    return EncryptionRules.ROWS.stream()
        .filter(r -> r.source() != Source.PLAIN_SHARED && r.source() != Source.ENCRYPTED_SHARED);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isWhatBecomesOfAVolumeOrCopy(EncryptionRules.Row row) {
    String source = source(row.source());
    rig.ebs.modifyEbsDefaultKmsKeyId(
        ALICE, ModifyEbsDefaultKmsKeyIdRequest.builder().kmsKeyId(defaultKey).build());
    if (row.byDefault() == ByDefault.ON) {
      rig.ebs.enableEbsEncryptionByDefault(
          ALICE, EnableEbsEncryptionByDefaultRequest.builder().build());
    }

    check(row, source, null, row.withoutKey());
    check(row, source, namedKey, row.withKey());
  }

  private String source(Source source) {
    if (source == Source.EMPTY) {
      return "";
    }
    boolean encrypted = source == Source.ENCRYPTED_OWN;
    return rig.snapshot(encrypted ? rig.encryptedVolume(sourceKey) : rig.volume(_ -> {}));
  }

  private void check(
      EncryptionRules.Row row, String source, @Nullable String keyId, EncryptionOutcome expected) {
    switch (expected) {
      case UNENCRYPTED -> assertThat(made(row, source, keyId)).isEqualTo("unencrypted");
      case DEFAULT_KEY -> assertThat(made(row, source, keyId)).isEqualTo(defaultKey);
      case SOURCE_KEY -> assertThat(made(row, source, keyId)).isEqualTo(sourceKey);
      case NAMED_KEY -> assertThat(made(row, source, keyId)).isEqualTo(namedKey);
      case KEY_WITHOUT_ENCRYPTION ->
          assertThat(refusal(row, source, keyId)).isEqualTo("InvalidParameterDependency");
      case DECRYPTION ->
          assertThat(refusal(row, source, keyId)).isEqualTo("InvalidParameterCombination");
      case UNENCRYPTED_COPY ->
          assertThat(refusal(row, source, keyId)).isEqualTo("InvalidParameterValue");
    }
  }

  private String refusal(EncryptionRules.Row row, String source, @Nullable String keyId) {
    AwsException refused = catchThrowableOfType(AwsException.class, () -> made(row, source, keyId));
    return Objects.requireNonNull(refused, "not refused").code();
  }

  private String made(EncryptionRules.Row row, String source, @Nullable String keyId) {
    Boolean encrypted = row.asked() == Asked.NOTHING ? null : row.asked() == Asked.ENCRYPTED;
    if (row.making() == Making.COPY) {
      String copy = rig.copy(source, asks -> asks.encrypted(encrypted).kmsKeyId(keyId));
      Snapshot seen = rig.describeSnapshot(copy);
      assertThat(seen.encrypted()).isEqualTo(seen.kmsKeyId() != null);
      return Objects.requireNonNullElse(seen.kmsKeyId(), "unencrypted");
    }
    String id =
        rig.volume(
            asks ->
                asks.encrypted(encrypted)
                    .kmsKeyId(keyId)
                    .snapshotId(source.isEmpty() ? null : source));
    Volume seen = rig.describe(id);
    assertThat(seen.encrypted()).isEqualTo(seen.kmsKeyId() != null);
    return Objects.requireNonNullElse(seen.kmsKeyId(), "unencrypted");
  }
}
