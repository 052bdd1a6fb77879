package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CreateTagsRequest;
import io.blockseal.aws.ec2.CreateTagsResponse;
import io.blockseal.aws.ec2.DeleteTagsRequest;
import io.blockseal.aws.ec2.DeleteTagsResponse;
import io.blockseal.aws.ec2.DescribeTagsRequest;
import io.blockseal.aws.ec2.DescribeTagsResult;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `CreateTags`, `DeleteTags` and `DescribeTags`, on volumes, snapshots and the instance.
///
/// All resources of a request are looked up before the first one changes; they then change one by
/// one.
final class Tagging {
  private static final FilterNames<TagDescription> FILTERS =
      FilterNames.<TagDescription>builder()
          .one("key", TagDescription::key)
          .one("resource-id", TagDescription::resourceId)
          .one("resource-type", TagDescription::resourceType)
          .one("value", TagDescription::value)
          .tags(Tagging::asMap)
          .build();

  private final ControlPlane plane;

  Tagging(ControlPlane plane) {
    this.plane = plane;
  }

  CreateTagsResponse create(Caller caller, CreateTagsRequest request) {
    SortedMap<String, String> added = Tags.of(request.tags());
    if (added.containsKey(Tags.CIPHER)) {
      throw Ec2Errors.invalidValue(
          "The tag %s has a meaning at creation only; the cipher of what exists can't change."
              .formatted(Tags.CIPHER));
    }
    change(caller, request.resources(), request.dryRun(), tags -> Tags.merged(tags, added));
    return new CreateTagsResponse();
  }

  DeleteTagsResponse delete(Caller caller, DeleteTagsRequest request) {
    List<Tag> removed = request.tagsOrEmpty();
    change(caller, request.resources(), request.dryRun(), tags -> Tags.without(tags, removed));
    return new DeleteTagsResponse();
  }

  DescribeTagsResult describe(Caller caller, DescribeTagsRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    Listing.Query query =
        new Listing.Query(
            caller,
            request.toBuilder().maxResults(null).nextToken(null).build(),
            false,
            "resources",
            request.maxResults(),
            request.nextToken(),
            VolumeListing.CAP_RESULTS);
    List<TagDescription> matching =
        all(caller).stream().filter(FILTERS.matching(request.filters())).toList();
    Listing<TagDescription> page =
        Listing.page(matching, tag -> tag.resourceId() + ' ' + tag.key(), query);
    return new DescribeTagsResult(page.nextToken(), page.items());
  }

  private void change(
      Caller caller,
      List<String> resources,
      @Nullable Boolean dryRun,
      UnaryOperator<SortedMap<String, String>> change) {
    for (String id : resources) {
      SortedMap<String, String> _ = change.apply(tagsOf(caller, id));
    }
    ControlPlane.checkDryRun(dryRun);
    resources.forEach(id -> changeOne(caller, id, change));
  }

  private SortedMap<String, String> tagsOf(Caller caller, String id) {
    return switch (type(id)) {
      case VOLUME -> plane.records().volume(caller, id).tags();
      case SNAPSHOT -> plane.records().snapshot(caller, id).tags();
      default -> {
        checkInstance(id);
        yield plane.records().settings(caller).instanceTags();
      }
    };
  }

  private void changeOne(
      Caller caller, String id, UnaryOperator<SortedMap<String, String>> change) {
    switch (type(id)) {
      case VOLUME ->
          plane.records().changeVolume(caller, id, v -> v.withTags(change.apply(v.tags())));
      case SNAPSHOT ->
          plane.records().changeSnapshot(caller, id, s -> s.withTags(change.apply(s.tags())));
      default ->
          plane
              .records()
              .changeSettings(caller, s -> s.withInstanceTags(change.apply(s.instanceTags())));
    }
  }

  private static ResourceType type(String id) {
    if (id.startsWith(ResourceIds.VOLUME)) {
      return ResourceType.VOLUME;
    }
    if (id.startsWith(ResourceIds.SNAPSHOT)) {
      return ResourceType.SNAPSHOT;
    }
    if (id.startsWith(ResourceIds.INSTANCE)) {
      return ResourceType.INSTANCE;
    }
    throw Ec2Errors.invalidId(id);
  }

  private void checkInstance(String id) {
    if (!ResourceIds.checkInstanceId(id).equals(plane.configuration().instance().id())) {
      throw Ec2Errors.instanceNotFound(id);
    }
  }

  private List<TagDescription> all(Caller caller) {
    List<TagDescription> tags = new ArrayList<>();
    String area = EbsRecords.area(caller);
    plane
        .records()
        .volumes()
        .list(area)
        .forEach(volume -> add(tags, volume.id(), ResourceType.VOLUME, volume.tags()));
    plane
        .records()
        .snapshots()
        .list(area)
        .forEach(snapshot -> add(tags, snapshot.id(), ResourceType.SNAPSHOT, snapshot.tags()));
    add(
        tags,
        plane.configuration().instance().id(),
        ResourceType.INSTANCE,
        plane.records().settings(caller).instanceTags());
    return tags;
  }

  private static void add(
      List<TagDescription> all, String id, ResourceType type, SortedMap<String, String> tags) {
    tags.forEach((key, value) -> all.add(new TagDescription(key, id, type, value)));
  }

  private static SortedMap<String, String> asMap(TagDescription tag) {
    if (tag.key() == null) {
      return Collections.emptySortedMap();
    }
    return new TreeMap<>(Map.of(tag.key(), tag.value() == null ? "" : tag.value()));
  }
}
