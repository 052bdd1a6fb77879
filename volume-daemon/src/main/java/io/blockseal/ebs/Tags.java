package io.blockseal.ebs;

import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagSpecification;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rules of tags: 50 for a resource, keys of 128 and values of 256 characters, nothing under
/// `aws:`; and the one tag that means something here.
final class Tags {
  /// Picks the cipher of a volume or copy that gets a new data key: AWS has no parameter for it.
  static final String CIPHER = "blockseal:cipher";

  static final int MAX_TAGS = 50;
  private static final int MAX_KEY_CHARACTERS = 128;
  private static final int MAX_VALUE_CHARACTERS = 256;
  private static final String RESERVED = "aws:";

  private Tags() {}

  /// The tags that a request specifies for the one thing that it creates.
  static SortedMap<String, String> specified(
      @Nullable List<TagSpecification> specifications, ResourceType created) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (TagSpecification specification : orEmpty(specifications)) {
      if (specification.resourceType() == null) {
        throw Ec2Errors.invalidValue("Tag specification resource type must have a value");
      }
      if (specification.resourceType() != created) {
        throw Ec2Errors.invalidValue(
            "'%s' is not a valid taggable resource type for this operation."
                .formatted(specification.resourceType()));
      }
      addAll(specification.tagsOrEmpty(), tags);
    }
    checkCount(tags);
    return tags;
  }

  /// The tags of a request, checked.
  static SortedMap<String, String> of(Collection<Tag> tags) {
    SortedMap<String, String> checked = new TreeMap<>();
    addAll(tags, checked);
    return checked;
  }

  /// `existing` with `added` put over it.
  static SortedMap<String, String> merged(
      SortedMap<String, String> existing, Map<String, String> added) {
    SortedMap<String, String> merged = new TreeMap<>(existing);
    merged.putAll(added);
    checkCount(merged);
    return merged;
  }

  /// `existing` without what `removed` names: a key, or a key with exactly that value.
  static SortedMap<String, String> without(
      SortedMap<String, String> existing, Collection<Tag> removed) {
    if (removed.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, String> rest = new TreeMap<>(existing);
    for (Tag tag : removed) {
      String key = tag.key() == null ? "" : tag.key();
      if (tag.value() == null || tag.value().equals(rest.get(key))) {
        rest.remove(key);
      }
    }
    return rest;
  }

  static List<Tag> toList(SortedMap<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> new Tag(tag.getKey(), tag.getValue()))
        .collect(Collectors.toUnmodifiableList());
  }

  /// The cipher that the tags pick; null if they don't.
  static @Nullable Cipher cipher(Map<String, String> tags) {
    String name = tags.get(CIPHER);
    if (name == null) {
      return null;
    }
    return Arrays.stream(Cipher.values())
        .filter(cipher -> cipher != Cipher.NONE && cipher.name().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                Ec2Errors.invalidValue(
                    "Value (%s) for tag %s is invalid. It must be one of %s, %s."
                        .formatted(name, CIPHER, Cipher.AES_256_XTS, Cipher.AES_256_GCM)));
  }

  private static void addAll(Collection<Tag> tags, SortedMap<String, String> target) {
    for (Tag tag : tags) {
      String key = checkKey(tag.key());
      String value = tag.value() == null ? "" : tag.value();
      if (characters(value) > MAX_VALUE_CHARACTERS) {
        throw Ec2Errors.invalidValue(
            "Tag value exceeds the maximum length of %d characters"
                .formatted(MAX_VALUE_CHARACTERS));
      }
      if (target.put(key, value) != null) {
        throw Ec2Errors.invalidValue("Duplicate tag key '" + key + "' specified.");
      }
    }
  }

  private static String checkKey(@Nullable String key) {
    if (key == null || key.isEmpty()) {
      throw Ec2Errors.invalidValue("Tag key cannot be null or empty");
    }
    if (key.startsWith(RESERVED)) {
      throw Ec2Errors.invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (characters(key) > MAX_KEY_CHARACTERS) {
      throw Ec2Errors.invalidValue(
          "Tag key exceeds the maximum length of %d characters".formatted(MAX_KEY_CHARACTERS));
    }
    return key;
  }

  private static void checkCount(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw Ec2Errors.tagLimit(MAX_TAGS);
    }
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
