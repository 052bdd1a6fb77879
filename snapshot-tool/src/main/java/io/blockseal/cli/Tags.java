package io.blockseal.cli;

import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagSpecification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Tags from the command line.
public final class Tags {
  private Tags() {}

  /// Reads `KEY=VALUE` letter by letter. The map that picocli would make of it has rules of its own
  /// for quotes, and warns about one that is alone.
  public static final class Converter implements ITypeConverter<Tag> {
    @Override
    public Tag convert(String text) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new TypeConversionException(
            "'%s' is not a tag: KEY=VALUE is, whose value may be empty".formatted(text));
      }
      return Tag.builder().key(text.substring(0, equals)).value(text.substring(equals + 1)).build();
    }
  }

  /// The tags for a new resource; null, which leaves the parameter out, if there are none. Of
  /// several with one key the last one counts.
  public static @Nullable List<TagSpecification> specification(ResourceType type, List<Tag> tags) {
    if (tags.isEmpty()) {
      return null;
    }
    Map<@Nullable String, Tag> byKey = new LinkedHashMap<>();
    tags.forEach(tag -> byKey.put(tag.key(), tag));
    return List.of(
        TagSpecification.builder().resourceType(type).tags(List.copyOf(byKey.values())).build());
  }
}
