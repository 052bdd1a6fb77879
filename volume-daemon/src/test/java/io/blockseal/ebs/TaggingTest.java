package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.EbsRig.HOST;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.CreateTagsRequest;
import io.blockseal.aws.ec2.DeleteTagsRequest;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeTagsRequest;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagDescription;
import io.blockseal.aws.ec2.TagSpecification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaggingTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void tag(List<String> resources, Tag... tags) {
    rig.ebs.createTags(
        ALICE, CreateTagsRequest.builder().resources(resources).tags(List.of(tags)).build());
  }

  private void untag(String resource, @Nullable List<Tag> tags) {
    rig.ebs.deleteTags(
        ALICE, DeleteTagsRequest.builder().resources(List.of(resource)).tags(tags).build());
  }

  @Test
  void addsAndOverwritesOnEveryKindOfResource() {
    String volume = rig.volume(_ -> {});
    String snapshot = rig.snapshot(volume);

    tag(List.of(volume, snapshot, HOST), new Tag("a", "1"), new Tag("b", null));
    tag(List.of(volume), new Tag("a", "2"));

    assertThat(rig.describe(volume).tags()).containsExactly(new Tag("a", "2"), new Tag("b", ""));
    assertThat(rig.describeSnapshot(snapshot).tags())
        .containsExactly(new Tag("a", "1"), new Tag("b", ""));
    assertThat(
            rig.ebs
                .describeInstances(ALICE, DescribeInstancesRequest.builder().build())
                .reservationsOrEmpty()
                .getFirst()
                .instancesOrEmpty()
                .getFirst()
                .tags())
        .containsExactly(new Tag("a", "1"), new Tag("b", ""));
  }

  @Test
  void removesByKeyByValueOrAll() {
    String volume = rig.volume(_ -> {});
    tag(List.of(volume), new Tag("a", "1"), new Tag("b", "2"), new Tag("c", "3"));

    untag(volume, List.of(new Tag("a", null), new Tag("b", "other")));
    assertThat(rig.describe(volume).tags()).containsExactly(new Tag("b", "2"), new Tag("c", "3"));
    untag(volume, List.of(new Tag("b", "2")));
    assertThat(rig.describe(volume).tags()).containsExactly(new Tag("c", "3"));
    untag(volume, null);
    assertThat(rig.describe(volume).tags()).isNull();
  }

  @Test
  void changesNothingIfOneResourceIsMissing() {
    String volume = rig.volume(_ -> {});

    assertThat(
            refused(() -> tag(List.of(volume, "vol-00000000000000000"), new Tag("a", "1"))).code())
        .isEqualTo("InvalidVolume.NotFound");
    assertThat(refused(() -> tag(List.of("eni-1"), new Tag("a", "1"))).code())
        .isEqualTo("InvalidID");
    assertThat(rig.describe(volume).tags()).isNull();
  }

  @Test
  void keepsToTheRulesOfTags() {
    List<Tag> many = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      many.add(new Tag("k" + i, "v"));
    }
    String volume = rig.volume(_ -> {});
    List<String> resources = List.of(volume);

    assertThat(refused(() -> tag(resources, many.toArray(Tag[]::new))).code())
        .isEqualTo("TagLimitExceeded");
    assertThat(refused(() -> tag(resources, new Tag("aws:x", "1"))))
        .hasMessageContaining("reserved");
    assertThat(refused(() -> tag(resources, new Tag("", "1"))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(refused(() -> tag(resources, new Tag("k".repeat(129), "1"))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(refused(() -> tag(resources, new Tag("k", "v".repeat(257)))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(refused(() -> tag(resources, new Tag("k", "1"), new Tag("k", "2"))))
        .hasMessageContaining("Duplicate");
    assertThat(refused(() -> tag(resources, new Tag("blockseal:cipher", "AES_256_GCM"))))
        .hasMessageContaining("creation");
  }

  @Test
  void belongsToTheKindOfThingThatIsCreated() {
    assertThat(
            refused(
                () ->
                    rig.create(
                        asks ->
                            asks.tagSpecifications(
                                EbsRig.tags(ResourceType.INSTANCE, "Name", "x")))))
        .hasMessage("'instance' is not a valid taggable resource type for this operation.");
    assertThat(
            refused(
                    () ->
                        rig.create(
                            asks ->
                                asks.tagSpecifications(
                                    List.of(new TagSpecification(null, List.of())))))
                .code())
        .isEqualTo("InvalidParameterValue");
  }

  @Test
  void isListedAcrossResources() {
    String volume = rig.volume(_ -> {});
    String snapshot = rig.snapshot(volume);
    tag(List.of(volume, snapshot), new Tag("team", "storage"));
    tag(List.of(snapshot), new Tag("team", "backup"));

    assertThat(listed("key", "team")).hasSize(2);
    assertThat(listed("resource-type", "volume"))
        .containsExactly(new TagDescription("team", volume, ResourceType.VOLUME, "storage"));
    assertThat(listed("value", "back*"))
        .extracting(TagDescription::resourceId)
        .containsExactly(snapshot);
    assertThat(listed("tag:team", "storage"))
        .extracting(TagDescription::resourceId)
        .containsExactly(volume);
    assertThat(listed("resource-id", snapshot)).hasSize(1);
  }

  private List<TagDescription> listed(String filter, String value) {
    return rig.ebs
        .describeTags(
            ALICE,
            DescribeTagsRequest.builder()
                .filters(List.of(new Filter(filter, List.of(value))))
                .build())
        .tagsOrEmpty();
  }
}
