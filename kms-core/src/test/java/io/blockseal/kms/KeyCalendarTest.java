package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.START;
import static io.blockseal.kms.KmsFixture.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.Blob;
import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.aws.kms.ConflictException;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusResponse;
import io.blockseal.aws.kms.IncludeKeyMaterial;
import io.blockseal.aws.kms.KeyMaterialState;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListKeyRotationsRequest;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.RotationType;
import io.blockseal.aws.kms.RotationsListEntry;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of keys as time goes by: rotation and deletion.
final class KeyCalendarTest {
  @TempDir Path directory;

  private KmsFixture fixture;
  private String id;
  private String arn;

  @BeforeEach
  void open() throws IOException {
    fixture = KmsFixture.inMemory(directory);
    KeyMetadata key = fixture.newKey();
    id = key.keyId();
    arn = Objects.requireNonNull(key.arn());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void rotatesOnDemandAndStillDecryptsWhatIsOld() {
    String first = materialId();
    Blob old = fixture.encrypt(id, "old", Map.of());
    assertThat(fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id)).keyId())
        .isEqualTo(arn);
    String second = materialId();
    assertThat(second).isNotEqualTo(first);
    Blob young = fixture.encrypt(id, "young", Map.of());
    assertThat(hex(old)).contains(first);
    assertThat(hex(young)).contains(second);
    assertThat(fixture.decrypt(old, Map.of())).isEqualTo("old");
    assertThat(fixture.decrypt(young, Map.of())).isEqualTo("young");
    assertThat(rotations(null))
        .containsExactly(rotation(second, KeyMaterialState.CURRENT, START, RotationType.ON_DEMAND));
    assertThat(rotations(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .containsExactly(
            rotation(first, KeyMaterialState.NON_CURRENT, null, null),
            rotation(second, KeyMaterialState.CURRENT, START, RotationType.ON_DEMAND));
  }

  @Test
  void rotatesOnDemandTwentyFiveTimesAtMost() {
    for (int i = 0; i < 25; i++) {
      fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id));
    }
    assertThatThrownBy(
            () -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id)))
        .isInstanceOf(LimitExceededException.class)
        .hasMessage(
            "The on-demand rotations limit has been reached for the given keyId. No more on-demand"
                + " rotations can be performed for this key: "
                + arn);
    assertThat(rotations(null)).hasSize(25);
  }

  @Test
  void pagesThroughRotations() {
    for (int i = 0; i < 3; i++) {
      fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id));
    }
    var first =
        fixture.kms.listKeyRotations(
            caller(), ListKeyRotationsRequest.builder().keyId(id).limit(2).build());
    var second =
        fixture.kms.listKeyRotations(
            caller(),
            ListKeyRotationsRequest.builder()
                .keyId(id)
                .limit(2)
                .marker(first.nextMarker())
                .build());
    List<RotationsListEntry> all = new ArrayList<>(first.rotationsOrEmpty());
    all.addAll(second.rotationsOrEmpty());
    assertThat(first.truncated()).isTrue();
    assertThat(second.truncated()).isFalse();
    assertThat(all).isEqualTo(rotations(null));
  }

  @Test
  void rotatesByItselfOnceForEveryPeriod() {
    Blob old = fixture.encrypt(id, "old", Map.of());
    enableRotation(100);
    assertThat(status().nextRotationDate()).isEqualTo(day(100));
    fixture.advance(Duration.ofDays(99));
    fixture.kms.runDueWork();
    assertThat(rotations(null)).isEmpty();
    fixture.advance(Duration.ofDays(202));
    fixture.kms.runDueWork();
    assertThat(rotations(null))
        .extracting(RotationsListEntry::rotationDate)
        .containsExactly(day(100), day(200), day(300));
    assertThat(rotations(null))
        .extracting(RotationsListEntry::rotationType)
        .containsOnly(RotationType.AUTOMATIC);
    assertThat(status().nextRotationDate()).isEqualTo(day(400));
    assertThat(fixture.decrypt(old, Map.of())).isEqualTo("old");
    assertThat(fixture.events)
        .extracting(KeyEvent::due)
        .containsExactly(day(100), day(200), day(300));
    assertThat(fixture.events.getLast())
        .isEqualTo(new KeyEvent.Rotated(arn, day(300), materialId()));
  }

  @Test
  void rotatesOnAccessIfNobodyRunsDueWork() {
    enableRotation(90);
    fixture.advance(Duration.ofDays(90));
    Blob young = fixture.encrypt(id, "young", Map.of());
    assertThat(rotations(null)).hasSize(1);
    assertThat(hex(young)).contains(materialId());
  }

  @Test
  void rotatesADisabledKeyOnceWhenItIsEnabledAgain() {
    enableRotation(90);
    fixture.kms.disableKey(caller(), new DisableKeyRequest(id));
    fixture.advance(Duration.ofDays(400));
    fixture.kms.runDueWork();
    assertThat(rotations(null)).isEmpty();
    fixture.kms.enableKey(caller(), new EnableKeyRequest(id));
    fixture.kms.runDueWork();
    assertThat(rotations(null))
        .extracting(RotationsListEntry::rotationDate)
        .containsExactly(day(400));
    assertThat(status().nextRotationDate()).isEqualTo(day(490));
  }

  @Test
  void changesThePeriodFromNowOn() {
    enableRotation(365);
    fixture.advance(Duration.ofDays(10));
    enableRotation(365);
    assertThat(status().nextRotationDate()).isEqualTo(day(365));
    enableRotation(90);
    assertThat(status().nextRotationDate()).isEqualTo(day(100));
    assertThat(status().rotationPeriodInDays()).isEqualTo(90);
    KmsApiContract.assertFails(
        () -> enableRotation(89),
        "ValidationException",
        "1 validation error detected: Value '89' at 'rotationPeriodInDays' failed to satisfy"
            + " constraint: Member must have value greater than or equal to 90");
  }

  @Test
  void doesNotRotateOnDemandShortlyBeforeItDoesByItself() {
    enableRotation(90);
    fixture.advance(Duration.ofDays(90).minusMinutes(19));
    assertThatThrownBy(
            () -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id)))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void deletesAKeyAfterItsWindow() {
    fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/doomed", id));
    Blob ciphertext = fixture.encrypt(id, "lost", Map.of());
    ScheduleKeyDeletionResponse scheduled = scheduleDeletion(7);
    assertThat(scheduled)
        .isEqualTo(new ScheduleKeyDeletionResponse(arn, day(7), KeyState.PENDING_DELETION, 7));
    assertThat(describe().deletionDate()).isEqualTo(day(7));
    assertThat(describe().enabled()).isFalse();
    fixture.advance(Duration.ofDays(7).minusMillis(1));
    assertThat(describe().keyState()).isEqualTo(KeyState.PENDING_DELETION);
    fixture.advance(Duration.ofMillis(1));
    fixture.kms.runDueWork();
    assertThatThrownBy(this::describe)
        .isInstanceOf(NotFoundException.class)
        .hasMessage("Key '" + arn + "' does not exist");
    KmsApiContract.assertFails(
        () -> fixture.decrypt(ciphertext, Map.of()),
        "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.");
    assertThat(
            fixture
                .kms
                .listAliases(caller(), ListAliasesRequest.builder().build())
                .aliasesOrEmpty())
        .noneMatch(alias -> "alias/doomed".equals(alias.aliasName()));
    assertThat(fixture.events).containsExactly(new KeyEvent.Deleted(arn, day(7)));
    assertThat(fixture.store.scan("", null, 100))
        .as("nothing of the key is left")
        .noneMatch(entry -> entry.key().contains(id));
  }

  @Test
  void deletesOnAccessIfNobodyRunsDueWork() {
    scheduleDeletion(7);
    fixture.advance(Duration.ofDays(8));
    assertThat(fixture.kms.listKeys(caller(), new ListKeysRequest(null, null)).keysOrEmpty())
        .isEmpty();
    assertThatThrownBy(this::describe).isInstanceOf(NotFoundException.class);
  }

  @Test
  void cancelsADeletionIntoDisabled() {
    Blob ciphertext = fixture.encrypt(id, "kept", Map.of());
    scheduleDeletion(7);
    fixture.advance(Duration.ofDays(6));
    assertThat(fixture.kms.cancelKeyDeletion(caller(), new CancelKeyDeletionRequest(id)).keyId())
        .isEqualTo(arn);
    assertThat(describe().keyState()).isEqualTo(KeyState.DISABLED);
    assertThat(describe().deletionDate()).isNull();
    fixture.advance(Duration.ofDays(30));
    fixture.kms.runDueWork();
    fixture.kms.enableKey(caller(), new EnableKeyRequest(id));
    assertThat(fixture.decrypt(ciphertext, Map.of())).isEqualTo("kept");
  }

  @Test
  void takesWindowsOfSevenToThirtyDays() {
    KmsApiContract.assertFails(
        () -> scheduleDeletion(6),
        "ValidationException",
        "1 validation error detected: Value '6' at 'pendingWindowInDays' failed to satisfy"
            + " constraint: Member must have value greater than or equal to 7");
    KmsApiContract.assertFails(
        () -> scheduleDeletion(31),
        "ValidationException",
        "1 validation error detected: Value '31' at 'pendingWindowInDays' failed to satisfy"
            + " constraint: Member must have value less than or equal to 30");
    assertThat(scheduleDeletion(null).pendingWindowInDays()).isEqualTo(30);
  }

  private void enableRotation(int periodDays) {
    fixture.kms.enableKeyRotation(caller(), new EnableKeyRotationRequest(id, periodDays));
  }

  private ScheduleKeyDeletionResponse scheduleDeletion(@Nullable Integer windowDays) {
    return fixture.kms.scheduleKeyDeletion(
        caller(), new ScheduleKeyDeletionRequest(id, windowDays));
  }

  private GetKeyRotationStatusResponse status() {
    return fixture.kms.getKeyRotationStatus(caller(), new GetKeyRotationStatusRequest(id));
  }

  private KeyMetadata describe() {
    return Objects.requireNonNull(
        fixture.kms.describeKey(caller(), new DescribeKeyRequest(id, null)).keyMetadata());
  }

  private String materialId() {
    return Objects.requireNonNull(describe().currentKeyMaterialId());
  }

  private List<RotationsListEntry> rotations(@Nullable IncludeKeyMaterial include) {
    return fixture
        .kms
        .listKeyRotations(
            caller(),
            ListKeyRotationsRequest.builder().keyId(id).includeKeyMaterial(include).build())
        .rotationsOrEmpty();
  }

  private RotationsListEntry rotation(
      String materialId,
      KeyMaterialState state,
      @Nullable Instant date,
      @Nullable RotationType type) {
    return RotationsListEntry.builder()
        .keyId(id)
        .keyMaterialId(materialId)
        .keyMaterialState(state)
        .rotationDate(date)
        .rotationType(type)
        .build();
  }

  private static Instant day(int number) {
    return START.plus(Duration.ofDays(number));
  }

  private static String hex(Blob blob) {
    return HexFormat.of().formatHex(blob.toByteArray());
  }
}
