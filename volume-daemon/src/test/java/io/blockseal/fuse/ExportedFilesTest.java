package io.blockseal.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ExportedFilesTest {
  private final ExportedFiles files =
      new ExportedFiles(
          InstantSource.fixed(Instant.ofEpochMilli(1500)), () -> 1000, LongRequests.start(0));
  private final RamDevice device = new RamDevice(4096);

  @Test
  void aPublishedFileIsListedAndHasFacts() throws IOException {
    files.publish("vol-b", device, Map.of());
    files.publish("vol-a", new RamDevice(8192), Map.of());

    assertThat(files.names()).containsExactly("vol-a", "vol-b");
    assertThat(files.file("vol-b").facts()).isEqualTo(new FileFacts(false, 0600, 2, 4096, 1500));
    assertThat(files.space()).isEqualTo(new SpaceFacts(4096 + 8192 + 1000, 1000, 2));
  }

  @Test
  void aNameCanBeTakenOnce() throws IOException {
    files.publish("vol-1", device, Map.of());

    assertThatThrownBy(() -> files.publish("vol-1", device, Map.of()))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void namesThatArePathsAreRejected() {
    for (String name : new String[] {"", ".", "..", "a/b", "-rf", "a\0", "x".repeat(256)}) {
      assertThatThrownBy(() -> files.publish(name, device, Map.of()))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> files.publish("vol-1", device, Map.of("Key Id", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theCacheIsKeptFromTheSecondOpenOn() throws IOException {
    files.publish("vol-1", device, Map.of());
    assertThat(files.open("vol-1", false).keepCache()).isFalse();
    assertThat(files.open("vol-1", false).keepCache()).isTrue();

    files.withdraw("vol-1", true);
    files.publish("vol-1", device, Map.of());
    assertThat(files.open("vol-1", false).keepCache()).isFalse();
  }

  @Test
  void theFirstOpenDecidesForAllWhetherTheyGoPastTheCache() throws IOException {
    files.publish("vol-1", device, Map.of());
    OpenFile first = files.open(2, true, true);
    OpenFile second = files.open(2, true, false);
    assertThat(first.direct()).isTrue();
    assertThat(second.direct()).as("beside one that goes past the cache").isTrue();

    files.release(first.handle());
    assertThat(files.open(2, true, false).direct()).as("the second is still open").isTrue();
  }

  @Test
  void anOpenPastTheCacheIsNotGrantedBesideOneThroughIt() throws IOException {
    files.publish("vol-1", device, Map.of());
    OpenFile cached = files.open(2, true, false);
    OpenFile beside = files.open(2, true, true);
    assertThat(cached.direct()).isFalse();
    assertThat(beside.direct()).isFalse();

    files.release(cached.handle());
    files.release(beside.handle());
    assertThat(files.open(2, true, true).direct()).as("when nobody has it open").isTrue();
  }

  @Test
  void pagesFromBeforeOpensPastTheCacheAreNotKept() throws IOException {
    files.publish("vol-1", device, Map.of());
    files.release(files.open(2, false, false).handle());
    files.release(files.open(2, true, true).handle());

    OpenFile next = files.open(2, false, false);
    assertThat(next.direct()).isFalse();
    assertThat(next.keepCache()).isFalse();
    assertThat(files.open(2, false, false).keepCache()).isTrue();
  }

  @Test
  void filesAreFoundByInodeAndListedInTheirOrder() throws IOException {
    files.publish("vol-b", device, Map.of());
    files.publish("vol-a", device, Map.of());

    assertThat(files.inOrder()).extracting(ExportedFile::name).containsExactly("vol-b", "vol-a");
    assertThat(files.file(3).name()).isEqualTo("vol-a");
    files.withdraw("vol-a", false);
    assertThat(errno(() -> files.file(3))).isEqualTo(Errno.ENOENT);
    assertThat(errno(() -> files.open(3, false, false))).isEqualTo(Errno.ENOENT);
  }

  @Test
  void aReadOnlyFileIsNotOpenedForWriting() throws IOException {
    device.makeReadOnly();
    files.publish("vol-1", device, Map.of());

    assertThat(errno(() -> files.open("vol-1", true))).isEqualTo(Errno.EROFS);
    assertThat(files.open("vol-1", false).file().name()).isEqualTo("vol-1");
  }

  @Test
  void anOpenFileIsBusyUntilTheLastRelease() throws IOException {
    files.publish("vol-1", device, Map.of());
    OpenFile first = files.open("vol-1", false);
    OpenFile second = files.open("vol-1", false);
    files.release(first.handle());

    assertThat(files.withdraw("vol-1", false)).isFalse();
    files.release(second.handle());
    assertThat(files.withdraw("vol-1", false)).isTrue();
    assertThat(errno(() -> files.open("vol-1", false))).isEqualTo(Errno.ENOENT);
  }

  @Test
  void withdrawalWaitsAMomentForAReleaseUnderWay() throws Exception {
    files.publish("vol-1", device, Map.of());
    OpenFile open = files.open("vol-1", false);
    Thread closing =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    TimeUnit.MILLISECONDS.sleep(ExportedFiles.RELEASE_GRACE_MS / 10);
                    files.release(open.handle());
                  } catch (InterruptedException | IOException e) {
                    throw new AssertionError(e);
                  }
                });

    assertThat(files.withdraw("vol-1", false)).isTrue();
    closing.join();
  }

  @Test
  void aHandleStaysWithTheFileThatItWasOpenedOn() throws IOException {
    files.publish("vol-1", device, Map.of());
    OpenFile old = files.open("vol-1", true);
    files.withdraw("vol-1", true);
    files.publish("vol-1", new RamDevice(4096), Map.of());

    assertThat(errno(() -> files.opened(old.handle()).write(0, ByteBuffer.allocate(1))))
        .isEqualTo(Errno.ENODEV);
    OpenFile fresh = files.open("vol-1", true);
    assertThat(fresh.handle()).isNotEqualTo(old.handle());
    files.release(old.handle());
    assertThat(files.withdraw("vol-1", false)).as("still open").isFalse();
  }

  @Test
  void handlesRunOutAndCanBeUsedAgain() throws IOException {
    files.publish("vol-1", device, Map.of());
    for (int i = 0; i < ExportedFiles.MAX_OPEN_FILES; i++) {
      files.open("vol-1", false);
    }
    assertThat(errno(() -> files.open("vol-1", false))).isEqualTo(Errno.ENFILE);
    files.release(17);
    assertThat(files.open("vol-1", false).handle()).isEqualTo(17);
  }

  @Test
  void anUnknownHandleIsRefused() {
    for (long handle : new long[] {-1, 0, ExportedFiles.MAX_OPEN_FILES, Long.MAX_VALUE}) {
      assertThat(errno(() -> files.opened(handle))).isEqualTo(Errno.EBADF);
      assertThat(errno(() -> files.release(handle))).isEqualTo(Errno.EBADF);
    }
  }

  @Test
  void attributesHaveAPrefix() throws IOException {
    files.publish("vol-1", device, Map.of("kms-key-id", "arn:k", "cipher", "NONE"));

    assertThat(new String(files.attributeNames("vol-1"), UTF_8))
        .isEqualTo("user.blockseal.cipher\0user.blockseal.kms-key-id\0");
    assertThat(files.attribute("vol-1", "user.blockseal.kms-key-id"))
        .isEqualTo("arn:k".getBytes(UTF_8));
    assertThat(errno(() -> files.attribute("vol-1", "security.capability")))
        .isEqualTo(Errno.ENODATA);
  }

  @Test
  void nothingIsPublishedAfterTheEnd() throws IOException {
    files.publish("vol-1", device, Map.of());
    files.open("vol-1", false);
    files.withdrawAll();

    assertThat(files.names()).isEmpty();
    assertThatThrownBy(() -> files.publish("vol-2", device, Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Errno errno(ThrowingCallable request) {
    ErrnoException refusal = catchThrowableOfType(ErrnoException.class, request);
    assertThat(refusal).isNotNull();
    return refusal.errno();
  }
}
