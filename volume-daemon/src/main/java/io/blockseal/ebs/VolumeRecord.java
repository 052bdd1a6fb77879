package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Everything that is known of a volume but its blocks and its data key. Immutable.
///
/// @param zone the name of its Availability Zone
/// @param snapshotId what it was made of; null if it started empty
/// @param encrypted what the settings decided; known before `sealing` is
/// @param sealing null until the data key is made
/// @param plan how to make it; null once it is made or given up
/// @param modifications oldest first, the last [#MAX_MODIFICATIONS]
/// @param lastSnapshotAt when a snapshot of it was asked for last; null before the first
record VolumeRecord(
    ResourceName name,
    String zone,
    Instant created,
    VolumeState state,
    Performance performance,
    @Nullable String snapshotId,
    boolean encrypted,
    @Nullable Sealing sealing,
    @Nullable KeyPlan plan,
    SortedMap<String, String> tags,
    @Nullable Attachment attachment,
    List<Modification> modifications,
    @Nullable Instant lastSnapshotAt) {

  /// One more than the rate rule looks at.
  static final int MAX_MODIFICATIONS = 5;

  VolumeRecord {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    modifications = List.copyOf(modifications);
  }

  String id() {
    return name.id();
  }

  /// The size in bytes that the settings ask for.
  long sizeBytes() {
    return performance.sizeBytes();
  }

  /// The newest modification; null if there was none.
  @Nullable Modification modification() {
    return modifications.isEmpty() ? null : modifications.getLast();
  }

  VolumeRecord withState(VolumeState newState) {
    return copy(newState, performance, sealing, plan, tags, attachment, modifications);
  }

  /// Made, with its key known.
  VolumeRecord available(Sealing newSealing) {
    return copy(
        VolumeState.AVAILABLE, performance, newSealing, null, tags, attachment, modifications);
  }

  /// Given up: still `creating` for a moment, but nothing will come of it.
  VolumeRecord withoutPlan() {
    return copy(state, performance, sealing, null, tags, attachment, modifications);
  }

  VolumeRecord attached(Attachment newAttachment) {
    return copy(VolumeState.IN_USE, performance, sealing, plan, tags, newAttachment, modifications);
  }

  VolumeRecord detached() {
    return copy(VolumeState.AVAILABLE, performance, sealing, plan, tags, null, modifications);
  }

  VolumeRecord withTags(SortedMap<String, String> newTags) {
    return copy(state, performance, sealing, plan, newTags, attachment, modifications);
  }

  VolumeRecord modifying(Modification started) {
    List<Modification> all = new ArrayList<>(modifications);
    all.add(started);
    int surplus = Math.max(0, all.size() - MAX_MODIFICATIONS);
    return withModifications(all.subList(surplus, all.size()));
  }

  /// With its newest modification changed; where it has got past `modifying`, its target counts.
  VolumeRecord withModification(UnaryOperator<Modification> change) {
    List<Modification> all = new ArrayList<>(modifications);
    Modification changed = change.apply(all.removeLast());
    all.add(changed);
    VolumeRecord with = withModifications(all);
    return switch (changed.state()) {
      case OPTIMIZING, COMPLETED ->
          with.copy(state, changed.target(), sealing, plan, tags, attachment, with.modifications());
      case MODIFYING, FAILED, UNRECOGNIZED -> with;
    };
  }

  /// @param when null if it never was after all
  VolumeRecord snapshotTaken(@Nullable Instant when) {
    return new VolumeRecord(
        name,
        zone,
        created,
        state,
        performance,
        snapshotId,
        encrypted,
        sealing,
        plan,
        tags,
        attachment,
        modifications,
        when);
  }

  private VolumeRecord withModifications(List<Modification> newModifications) {
    return copy(state, performance, sealing, plan, tags, attachment, newModifications);
  }

  private VolumeRecord copy(
      VolumeState newState,
      Performance newPerformance,
      @Nullable Sealing newSealing,
      @Nullable KeyPlan newPlan,
      SortedMap<String, String> newTags,
      @Nullable Attachment newAttachment,
      List<Modification> newModifications) {
    return new VolumeRecord(
        name,
        zone,
        created,
        newState,
        newPerformance,
        snapshotId,
        encrypted,
        newSealing,
        newPlan,
        newTags,
        newAttachment,
        newModifications,
        lastSnapshotAt);
  }

  Fields toFields() {
    return Fields.empty()
        .put("name", name.toFields())
        .put("zone", zone)
        .put("created", created)
        .put("state", state)
        .put("performance", performance.toFields())
        .put("snapshotId", snapshotId)
        .put("encrypted", encrypted)
        .put("sealing", sealing == null ? null : sealing.toFields())
        .put("plan", plan == null ? null : plan.toFields())
        .put("tags", tags)
        .put("attachment", attachment == null ? null : attachment.toFields())
        .put("modifications", modifications, Modification::toFields)
        .put("lastSnapshotAt", lastSnapshotAt);
  }

  static VolumeRecord of(Fields fields) {
    return new VolumeRecord(
        ResourceName.of(fields.object("name")),
        fields.text("zone"),
        fields.instant("created"),
        fields.choice("state", VolumeState.class),
        Performance.of(fields.object("performance")),
        fields.textOrNull("snapshotId"),
        fields.flag("encrypted"),
        fields.objectOrNull("sealing", Sealing::of),
        fields.objectOrNull("plan", KeyPlan::of),
        fields.texts("tags"),
        fields.objectOrNull("attachment", Attachment::of),
        fields.list("modifications", Modification::of),
        fields.instantOrNull("lastSnapshotAt"));
  }
}
