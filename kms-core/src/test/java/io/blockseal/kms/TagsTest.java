package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.ListResourceTagsRequest;
import io.blockseal.aws.kms.Tag;
import io.blockseal.aws.kms.TagException;
import io.blockseal.aws.kms.TagResourceRequest;
import io.blockseal.aws.kms.UntagResourceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TagsTest {
  @TempDir Path directory;

  private KmsFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = KmsFixture.inMemory(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void tagsAndUntags() {
    KeyMetadata key =
        Objects.requireNonNull(
            fixture
                .kms
                .createKey(
                    caller(),
                    CreateKeyRequest.builder()
                        .tags(List.of(new Tag("a", "1"), new Tag("b", "2")))
                        .build())
                .keyMetadata());
    fixture.kms.tagResource(
        caller(),
        new TagResourceRequest(key.keyId(), List.of(new Tag("b", "3"), new Tag("c", "4"))));
    fixture.kms.untagResource(caller(), new UntagResourceRequest(key.keyId(), List.of("a", "x")));
    ListResourceTagsRequest.Builder list = ListResourceTagsRequest.builder().keyId(key.keyId());
    assertThat(fixture.kms.listResourceTags(caller(), list.build()).tagsOrEmpty())
        .containsExactly(new Tag("b", "3"), new Tag("c", "4"));
    var first = fixture.kms.listResourceTags(caller(), list.limit(1).build());
    assertThat(first.tagsOrEmpty()).containsExactly(new Tag("b", "3"));
    var second = fixture.kms.listResourceTags(caller(), list.marker(first.nextMarker()).build());
    assertThat(second.tagsOrEmpty()).containsExactly(new Tag("c", "4"));
    assertThat(second.truncated()).isFalse();
  }

  @Test
  void refusesTagsInAwsWords() {
    String keyId = fixture.newKey().keyId();
    assertTagFails(keyId, List.of(new Tag("a", "1"), new Tag("a", "2")), "Duplicate tag keys");
    assertTagFails(keyId, List.of(new Tag("AWS:x", "1")), "Tags beginning with aws: are reserved");
    List<Tag> many = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      many.add(new Tag("tag-" + i, "x"));
    }
    assertTagFails(keyId, many, "Too many tags");
  }

  private void assertTagFails(String keyId, List<Tag> tags, String message) {
    assertThatThrownBy(() -> fixture.kms.tagResource(caller(), new TagResourceRequest(keyId, tags)))
        .isInstanceOf(TagException.class)
        .hasMessage(message);
  }
}
