package io.blockseal.cli;

import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagSpecification;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tags from the command line.
public final class Tags {
  private Tags() {}

  /// The tags for a new resource; null, which leaves the parameter out, if there are none.
  public static @Nullable List<TagSpecification> specification(
      ResourceType type, Map<String, String> tags) {
    if (tags.isEmpty()) {
      return null;
    }
    List<Tag> list =
        tags.entrySet().stream()
            .map(entry -> Tag.builder().key(entry.getKey()).value(entry.getValue()).build())
            .toList();
    return List.of(TagSpecification.builder().resourceType(type).tags(list).build());
  }
}
