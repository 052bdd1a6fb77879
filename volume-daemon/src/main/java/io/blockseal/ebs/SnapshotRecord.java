package io.blockseal.ebs;

import io.blockseal.aws.ec2.SnapshotState;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything that is known of a snapshot but its blocks and its data key. Immutable.
///
/// @param volumeId the volume it was taken of; a stand-in for copies
/// @param encrypted what the settings decided; known before `sealing` is
/// @param sealing null until the data key is known, which only copies have to wait for
/// @param copy what it is a copy of; null if it was taken of a volume
/// @param fullSizeBytes the bytes it would take alone; null until completed
record SnapshotRecord(
    ResourceName name,
    String volumeId,
    Instant started,
    @Nullable Instant completed,
    SnapshotState state,
    @Nullable String stateMessage,
    String description,
    int sizeGib,
    boolean encrypted,
    @Nullable Sealing sealing,
    @Nullable CopyPlan copy,
    SortedMap<String, String> tags,
    @Nullable Long fullSizeBytes) {

  /// The volume that AWS gives as the source of every copy.
  static final String COPY_VOLUME_ID = "vol-ffffffff";

  SnapshotRecord {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /// Where a copy comes from and how it shall be encrypted. Immutable.
  ///
  /// @param durationMinutes in which the copy was asked to complete; null if that was left open
  record CopyPlan(ResourceName source, KeyPlan keys, @Nullable Integer durationMinutes) {

    Fields toFields() {
      return Fields.empty()
          .put("name", source.toFields())
          .put("keys", keys.toFields())
          .put("durationMinutes", durationMinutes);
    }

    static CopyPlan of(Fields fields) {
      return new CopyPlan(
          ResourceName.of(fields.object("name")),
          KeyPlan.of(fields.object("keys")),
          fields.integerOrNull("durationMinutes"));
    }
  }

  String id() {
    return name.id();
  }

  SnapshotRecord withTags(SortedMap<String, String> newTags) {
    return copy(completed, state, stateMessage, sealing, newTags, fullSizeBytes);
  }

  SnapshotRecord withSealing(Sealing newSealing) {
    return copy(completed, state, stateMessage, newSealing, tags, fullSizeBytes);
  }

  SnapshotRecord completed(Instant when, long sizeBytes) {
    return copy(when, SnapshotState.COMPLETED, null, sealing, tags, Long.valueOf(sizeBytes));
  }

  SnapshotRecord failed(String why) {
    return copy(null, SnapshotState.ERROR, why, sealing, tags, null);
  }

  private SnapshotRecord copy(
      @Nullable Instant newCompleted,
      SnapshotState newState,
      @Nullable String newMessage,
      @Nullable Sealing newSealing,
      SortedMap<String, String> newTags,
      @Nullable Long newFullSizeBytes) {
    return new SnapshotRecord(
        name,
        volumeId,
        started,
        newCompleted,
        newState,
        newMessage,
        description,
        sizeGib,
        encrypted,
        newSealing,
        copy,
        newTags,
        newFullSizeBytes);
  }

  Fields toFields() {
    return Fields.empty()
        .put("name", name.toFields())
        .put("volumeId", volumeId)
        .put("started", started)
        .put("completed", completed)
        .put("state", state)
        .put("stateMessage", stateMessage)
        .put("description", description)
        .put("sizeGib", sizeGib)
        .put("encrypted", encrypted)
        .put("sealing", sealing == null ? null : sealing.toFields())
        .put("copy", copy == null ? null : copy.toFields())
        .put("tags", tags)
        .put("fullSizeBytes", fullSizeBytes);
  }

  static SnapshotRecord of(Fields fields) {
    return new SnapshotRecord(
        ResourceName.of(fields.object("name")),
        fields.text("volumeId"),
        fields.instant("started"),
        fields.instantOrNull("completed"),
        fields.choice("state", SnapshotState.class),
        fields.textOrNull("stateMessage"),
        fields.text("description"),
        fields.integer("sizeGib"),
        fields.flag("encrypted"),
        fields.objectOrNull("sealing", Sealing::of),
        fields.objectOrNull("copy", CopyPlan::of),
        fields.texts("tags"),
        fields.wideOrNull("fullSizeBytes"));
  }
}
