package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Blob;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.ListKeyRotationsRequest;
import io.blockseal.aws.kms.ListResourceTagsRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.Tag;
import io.blockseal.aws.kms.TagResourceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedKmsConcurrencyTest {
  @TempDir Path directory;

  @Test
  void losesNoChangeOfOneKey() throws Exception {
    try (KmsFixture fixture = KmsFixture.inMemory(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String id = fixture.newKey().keyId();
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        List<Tag> tags = List.of(new Tag("tag-" + i, "x"));
        calls.add(
            threads.submit(
                () -> fixture.kms.tagResource(caller(), new TagResourceRequest(id, tags))));
        if (i % 4 == 0) {
          calls.add(
              threads.submit(
                  () -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id))));
        }
      }
      await(calls);
      assertThat(
              fixture
                  .kms
                  .listResourceTags(caller(), ListResourceTagsRequest.builder().keyId(id).build())
                  .tagsOrEmpty())
          .hasSize(40);
      assertThat(rotations(fixture, id)).isEqualTo(10);
    }
  }

  @Test
  void decryptsEverythingThatWasEncryptedWhileTheKeyRotated() throws Exception {
    try (KmsFixture fixture = KmsFixture.inMemory(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String id = fixture.newKey().keyId();
      List<Future<Blob>> encrypted = new ArrayList<>();
      List<Future<?>> rotated = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        encrypted.add(threads.submit(() -> fixture.encrypt(id, "text", Map.of())));
        if (i % 20 == 0) {
          rotated.add(
              threads.submit(
                  () -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id))));
        }
      }
      await(rotated);
      for (Future<Blob> blob : encrypted) {
        assertThat(fixture.decrypt(blob.get(), Map.of())).isEqualTo("text");
      }
      assertThat(rotations(fixture, id)).isEqualTo(10);
    }
  }

  @Test
  void rotatesOnceHoweverManyFindItDue() throws Exception {
    try (KmsFixture fixture = KmsFixture.inMemory(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String id = fixture.newKey().keyId();
      fixture.kms.enableKeyRotation(caller(), new EnableKeyRotationRequest(id, 90));
      fixture.advance(Duration.ofDays(91));
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        calls.add(threads.submit(() -> fixture.encrypt(id, "text", Map.of())));
        calls.add(threads.submit(fixture.kms::runDueWork));
      }
      await(calls);
      assertThat(rotations(fixture, id)).isEqualTo(1);
      assertThat(fixture.events).hasSize(1);
    }
  }

  private static int rotations(KmsFixture fixture, String id) {
    return fixture
        .kms
        .listKeyRotations(caller(), ListKeyRotationsRequest.builder().keyId(id).build())
        .rotationsOrEmpty()
        .size();
  }

  private static void await(List<Future<?>> calls) throws Exception {
    for (Future<?> call : calls) {
      call.get();
    }
  }
}
