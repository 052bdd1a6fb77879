package io.blockseal.ebs;

import static io.blockseal.ebs.LocalEbsRig.sealed;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.LogLines;
import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// GCM volumes whose files are put back as they were: refused, explained, and let pass.
class VolumeRollbackTest {
  /// Up to the end of the first chunk, and beyond.
  private static final int USED_BYTES = 2 << 20;

  private static final Caller ROOT =
      new Caller(
          EbsRig.ACCOUNT,
          EbsRig.REGION,
          "arn:aws:iam::" + EbsRig.ACCOUNT + ":root",
          EbsRig.ACCOUNT,
          "AKIAROOT",
          "request",
          "::1",
          "test",
          null);

  @TempDir private Path root;

  private final FakeKms kms = new FakeKms();
  private final LogLines audit = LogLines.of("io.blockseal.audit");
  private LocalEbsRig rig;
  private String key = "";
  private String id = "";
  private byte[] kept = {};

  @BeforeEach
  void start() throws Exception {
    rig = new LocalEbsRig(root, new InMemoryMetadataStore(), kms.api(), new MovableClock());
    key = kms.createKey(EbsRig.ACCOUNT, EbsRig.REGION);
    id = rig.volume(sealed(key, "AES_256_GCM"));
    session("old");
    kept = copy();
    session("new");
  }

  @AfterEach
  void stop() throws IOException {
    audit.close();
    rig.close();
  }

  @Test
  void refusesAnOlderCopyAndSaysWhy() throws IOException {
    putBack();
    for (int tries = 0; tries < 2; tries++) {
      AwsException refusal = refused(() -> rig.attach(id));
      assertThat(refusal.code()).isEqualTo("IncorrectState");
      assertThat(refusal)
          .hasMessage(
              "Volume %s cannot be attached: its files are older than the volume was."
                  .formatted(id));
    }
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.exports.published(id)).isFalse();
    FailedAttempt failure = Objects.requireNonNull(rig.explained(id).lastFailure());
    assertThat(failure.action()).isEqualTo("AttachVolume");
    assertThat(failure.reason())
        .startsWith("volume " + id + " was rolled back: its header has tag-tree root ")
        .contains("(epoch 1, header 2), last recorded was ");
  }

  @Test
  void letsItPassOnceWhenTheOwnerSaysSo() throws IOException {
    putBack();
    RollbackAcceptance accepted = rig.ebs.acceptRollback(ROOT, id).orElseThrow();
    assertThat(accepted.found().sequence()).isEqualTo(2);
    assertThat(accepted.recorded().sequence()).isEqualTo(3);
    assertThat(audit.all())
        .singleElement()
        .asString()
        .startsWith("WARNING " + ROOT.principalArn() + " with access key ")
        .contains(ROOT.accessKeyId())
        .contains(id)
        .contains(accepted.found().toString())
        .contains(accepted.recorded().toString());

    rig.attach(id);
    assertThat(rig.read(id, 0, 3)).isEqualTo("old");
    rig.detach(id);
    session("yet newer");
    VolumeExplanation explained = rig.explained(id);
    assertThat(explained.acceptedRollbacks()).containsExactly(accepted);
    assertThat(explained.lastFailure()).isNull();
    assertThat(rig.ebs.acceptRollback(ROOT, id)).isEmpty();

    putBack();
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("IncorrectState");
  }

  @Test
  void letsItPassForTheNextAttachOnly() throws IOException {
    putBack();
    assertThat(rig.ebs.acceptRollback(ROOT, id)).isPresent();
    kms.setState(key, KeyState.DISABLED);
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    kms.setState(key, KeyState.ENABLED);
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("IncorrectState");
  }

  @Test
  void letsOnlyThatCopyPass() throws IOException {
    byte[] second = copy();
    session("third");
    putBack(second);
    assertThat(rig.ebs.acceptRollback(ROOT, id)).isPresent();
    putBack();
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("IncorrectState");
  }

  @Test
  void asksForTheRootOfTheAccountAndForAVolumeThatIsFree() throws IOException {
    putBack();
    assertThat(refused(() -> rig.ebs.acceptRollback(rig.caller, id)).code())
        .isEqualTo("UnauthorizedOperation");
    assertThat(rig.ebs.acceptRollback(ROOT, id)).isPresent();
    rig.attach(id);
    assertThat(refused(() -> rig.ebs.acceptRollback(ROOT, id)).code()).isEqualTo("IncorrectState");
  }

  @Test
  void aVolumeThatWasAttachedWhenTheDaemonStoppedIsRefusedToo() throws Exception {
    rig.attach(id);
    rig.write(id, 0, "newest");
    rig.close();
    putBack();
    rig.start();
    rig.settle();
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    FailedAttempt failure = Objects.requireNonNull(rig.explained(id).lastFailure());
    assertThat(failure.action()).isEqualTo("AttachVolume");
    assertThat(failure.reason()).contains("was rolled back");
  }

  @Test
  void believesAVolumeOfWhichNothingIsRecordedAndOneThatIsLater() throws IOException {
    new RootRecords(rig.store).forget(EbsRig.name(id));
    putBack();
    session("again");
    RootRecord before = new RootRecords(rig.store).get(EbsRig.name(id)).orElseThrow();
    session("later");
    new RootRecords(rig.store).begin(EbsRig.name(id), before.roots().current());
    session("latest");
    assertThat(refused(() -> refuseAfter(before)).code()).isEqualTo("IncorrectState");
  }

  private void refuseAfter(RootRecord before) {
    try {
      putBack();
      assertThat(before.acceptances()).isEmpty();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    rig.attach(id);
  }

  @Test
  void forgetsAVolumeThatIsDeleted() {
    assertThat(new RootRecords(rig.store).get(EbsRig.name(id))).isPresent();
    rig.ebs.deleteVolume(rig.caller, DeleteVolumeRequest.builder().volumeId(id).build());
    rig.settle();
    assertThat(new RootRecords(rig.store).get(EbsRig.name(id))).isEmpty();
  }

  @Test
  void growsAndRestoresUnderTheEyesOfTheWitness() {
    rig.modify(id, 2);
    session("grown");
    String snapshot = rig.snapshot(id);
    String other = kms.createKey(EbsRig.ACCOUNT, EbsRig.REGION);
    for (String restored :
        List.of(
            rig.volume(asks -> asks.snapshotId(snapshot)),
            rig.volume(asks -> asks.snapshotId(rig.copy(snapshot, other))))) {
      for (int round = 0; round < 2; round++) {
        rig.attach(restored);
        assertThat(rig.read(restored, 0, 5)).isEqualTo("grown");
        rig.detach(restored);
      }
      assertThat(new RootRecords(rig.store).get(EbsRig.name(restored))).isPresent();
    }
  }

  private void session(String text) {
    rig.attach(id);
    rig.write(id, 0, text);
    rig.detach(id);
  }

  private Path file() {
    return new VolumeDirectory(root.resolve("volumes")).file(EbsRig.name(id));
  }

  /// What the file of the volume holds, whose data is all in the first chunk.
  private byte[] copy() throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(USED_BYTES);
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ)) {
      while (copy.hasRemaining()) {
        channel.read(copy, copy.position());
      }
    }
    return copy.array();
  }

  private void putBack() throws IOException {
    putBack(kept);
  }

  private void putBack(byte[] copy) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(copy);
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      while (left.hasRemaining()) {
        channel.write(left, left.position());
      }
    }
  }
}
