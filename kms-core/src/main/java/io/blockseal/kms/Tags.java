package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.InvalidMarkerException;
import io.blockseal.aws.kms.ListResourceTagsRequest;
import io.blockseal.aws.kms.ListResourceTagsResponse;
import io.blockseal.aws.kms.Tag;
import io.blockseal.aws.kms.TagException;
import io.blockseal.aws.kms.TagResourceRequest;
import io.blockseal.aws.kms.TagResourceResponse;
import io.blockseal.aws.kms.UntagResourceRequest;
import io.blockseal.aws.kms.UntagResourceResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// TagResource, UntagResource, ListResourceTags.
final class Tags {
  private static final int MAX_TAGS = 50;
  private static final int MAX_KEY_CHARS = 128;
  private static final int MAX_VALUE_CHARS = 256;
  private static final String RESERVED_PREFIX = "aws:";
  private static final String LIST = "ListResourceTags";
  private static final int USUAL_PAGE = 50;
  private static final int MAX_PAGE = 50;

  private final KeyAccess access;

  Tags(KeyAccess access) {
    this.access = access;
  }

  TagResourceResponse tag(Caller caller, TagResourceRequest request) {
    checked(Map.of(), request.tags());
    access.change(
        caller,
        request.keyId(),
        KeyOperation.TAG_RESOURCE,
        facts(request.tags()),
        key -> key.withTags(checked(key.tags(), request.tags())));
    return new TagResourceResponse();
  }

  UntagResourceResponse untag(Caller caller, UntagResourceRequest request) {
    access.change(
        caller,
        request.keyId(),
        KeyOperation.UNTAG_RESOURCE,
        RequestFacts.NONE.with("aws:TagKeys", request.tagKeys()),
        key -> {
          Map<String, String> left = new LinkedHashMap<>(key.tags());
          request.tagKeys().forEach(left::remove);
          return key.withTags(left);
        });
    return new UntagResourceResponse();
  }

  ListResourceTagsResponse list(Caller caller, ListResourceTagsRequest request) {
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    int start = start(request);
    KeyRecord key =
        access.open(caller, request.keyId(), KeyOperation.LIST_RESOURCE_TAGS, RequestFacts.NONE);
    List<Tag> tags = new ArrayList<>();
    key.tags().forEach((name, value) -> tags.add(new Tag(name, value)));
    int from = Math.min(start, tags.size());
    int to = Math.min(from + limit, tags.size());
    String nextMarker = to < tags.size() ? Page.marker(LIST, Integer.toString(to)) : null;
    return new ListResourceTagsResponse(tags.subList(from, to), nextMarker, nextMarker != null);
  }

  /// What conditions may ask about the tags in a request.
  static RequestFacts facts(List<Tag> tags) {
    RequestFacts facts =
        RequestFacts.NONE.with("aws:TagKeys", tags.stream().map(Tag::tagKey).toList());
    for (Tag tag : tags) {
      facts = facts.with("aws:RequestTag/" + tag.tagKey(), tag.tagValue());
    }
    return facts;
  }

  /// The tags that a key has after `added` were set on it.
  ///
  /// @throws TagException if one of them is not allowed, or they become too many
  static Map<String, String> checked(Map<String, String> present, List<Tag> added) {
    Map<String, String> grown = new LinkedHashMap<>(present);
    Set<String> seen = new HashSet<>();
    for (Tag tag : added) {
      if (!seen.add(tag.tagKey())) {
        throw new TagException("Duplicate tag keys");
      }
      if (tag.tagKey().regionMatches(true, 0, RESERVED_PREFIX, 0, RESERVED_PREFIX.length())) {
        throw new TagException("Tags beginning with aws: are reserved");
      }
      if (tag.tagKey().isEmpty() || tag.tagKey().length() > MAX_KEY_CHARS) {
        throw new TagException(
            "Tag key of %d characters, allowed are 1 to %d"
                .formatted(tag.tagKey().length(), MAX_KEY_CHARS));
      }
      if (tag.tagValue().length() > MAX_VALUE_CHARS) {
        throw new TagException(
            "Tag value of %d characters, at most %d are allowed"
                .formatted(tag.tagValue().length(), MAX_VALUE_CHARS));
      }
      grown.put(tag.tagKey(), tag.tagValue());
    }
    if (grown.size() > MAX_TAGS) {
      throw new TagException("Too many tags");
    }
    return grown;
  }

  /// Tag keys may hold any character, so the marker of a page is the place of its first tag.
  private static int start(ListResourceTagsRequest request) {
    String start = Page.start(LIST, request.marker());
    if (start == null) {
      return 0;
    }
    if (!start.matches("\\d{1,3}")) {
      throw new InvalidMarkerException("The marker is not one of " + LIST + ".");
    }
    return Integer.parseInt(start);
  }
}
