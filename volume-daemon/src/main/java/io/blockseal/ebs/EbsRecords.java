package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Every record of this room and where it is kept. Thread-safe.
///
/// | key | record |
/// |---|---|
/// | `ebs/volume/<account>/<region>/<id>` | [VolumeRecord] |
/// | `ebs/snapshot/<account>/<region>/<id>` | [SnapshotRecord] |
/// | `ebs/snapshot-deletion/<account>/<region>/<id>` | [ResourceName], until its blocks are gone |
/// | `ebs/settings/<account>/<region>` | [AccountSettings] |
/// | `ebs/client-token/<account>/<region>/<sha256>` | [ClientTokenUse] |
/// | `ebs/failed-attempt/<account>/<region>/<id>` | [FailedAttempt] |
/// | `ebs/tag-tree/<account>/<region>/<id>` | [RootRecord] |
final class EbsRecords {
  private final MetadataStore store;
  private final RecordTable<VolumeRecord> volumes;
  private final RecordTable<SnapshotRecord> snapshots;
  private final RecordTable<ResourceName> snapshotDeletions;
  private final RecordTable<AccountSettings> settings;
  private final RecordTable<ClientTokenUse> clientTokens;
  private final RecordTable<FailedAttempt> failedAttempts;
  private final RootRecords roots;

  EbsRecords(MetadataStore store) {
    this.store = store;
    volumes = new RecordTable<>(store, "ebs/volume/", VolumeRecord::toFields, VolumeRecord::of);
    snapshots =
        new RecordTable<>(store, "ebs/snapshot/", SnapshotRecord::toFields, SnapshotRecord::of);
    snapshotDeletions =
        new RecordTable<>(
            store, "ebs/snapshot-deletion/", ResourceName::toFields, ResourceName::of);
    settings =
        new RecordTable<>(store, "ebs/settings/", AccountSettings::toFields, AccountSettings::of);
    clientTokens =
        new RecordTable<>(store, "ebs/client-token/", ClientTokenUse::toFields, ClientTokenUse::of);
    failedAttempts =
        new RecordTable<>(store, "ebs/failed-attempt/", FailedAttempt::toFields, FailedAttempt::of);
    roots = new RootRecords(store);
  }

  RecordTable<VolumeRecord> volumes() {
    return volumes;
  }

  RecordTable<SnapshotRecord> snapshots() {
    return snapshots;
  }

  RecordTable<ResourceName> snapshotDeletions() {
    return snapshotDeletions;
  }

  RecordTable<ClientTokenUse> clientTokens() {
    return clientTokens;
  }

  RecordTable<FailedAttempt> failedAttempts() {
    return failedAttempts;
  }

  RootRecords roots() {
    return roots;
  }

  /// Commits changes that several tables put into one batch.
  boolean commit(Batch batch) {
    return store.commit(batch);
  }

  /// The caller's volume of this id.
  VolumeRecord volume(Caller caller, String id) {
    String path = ResourceName.of(caller, ResourceIds.checkVolumeId(id)).path();
    return volumes.get(path).orElseThrow(() -> Ec2Errors.volumeNotFound(id));
  }

  Optional<VolumeRecord> volume(ResourceName name) {
    return volumes.get(name.path());
  }

  /// Changes the caller's volume of this id; what `change` throws leaves it as it is.
  VolumeRecord changeVolume(Caller caller, String id, UnaryOperator<VolumeRecord> change) {
    String path = ResourceName.of(caller, ResourceIds.checkVolumeId(id)).path();
    return volumes.update(path, change).orElseThrow(() -> Ec2Errors.volumeNotFound(id));
  }

  /// The caller's snapshot of this id.
  SnapshotRecord snapshot(Caller caller, String id) {
    String path = ResourceName.of(caller, ResourceIds.checkSnapshotId(id)).path();
    return snapshots.get(path).orElseThrow(() -> Ec2Errors.snapshotNotFound(id));
  }

  /// Changes the caller's snapshot of this id; what `change` throws leaves it as it is.
  void changeSnapshot(Caller caller, String id, UnaryOperator<SnapshotRecord> change) {
    String path = ResourceName.of(caller, ResourceIds.checkSnapshotId(id)).path();
    if (snapshots.update(path, change).isEmpty()) {
      throw Ec2Errors.snapshotNotFound(id);
    }
  }

  Optional<SnapshotRecord> snapshot(ResourceName name) {
    return snapshots.get(name.path());
  }

  /// What the caller's account has set in its Region.
  AccountSettings settings(Caller caller) {
    return settings.get(settingsPath(caller)).orElse(AccountSettings.INITIAL);
  }

  AccountSettings changeSettings(Caller caller, UnaryOperator<AccountSettings> change) {
    String path = settingsPath(caller);
    settings.insert(path, AccountSettings.INITIAL);
    return settings
        .update(path, change)
        .orElseThrow(() -> new IllegalStateException("settings " + path + " are gone"));
  }

  /// The prefix of the paths of everything that the caller's account has in its Region.
  static String area(Caller caller) {
    return settingsPath(caller) + "/";
  }

  private static String settingsPath(Caller caller) {
    return caller.accountId() + "/" + caller.region();
  }
}
