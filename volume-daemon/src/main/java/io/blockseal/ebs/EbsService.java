package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CopySnapshotResult;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.CreateTagsRequest;
import io.blockseal.aws.ec2.CreateTagsResponse;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteSnapshotResponse;
import io.blockseal.aws.ec2.DeleteTagsRequest;
import io.blockseal.aws.ec2.DeleteTagsResponse;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DeleteVolumeResponse;
import io.blockseal.aws.ec2.DescribeAvailabilityZonesRequest;
import io.blockseal.aws.ec2.DescribeAvailabilityZonesResult;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeInstancesResult;
import io.blockseal.aws.ec2.DescribeRegionsRequest;
import io.blockseal.aws.ec2.DescribeRegionsResult;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsResult;
import io.blockseal.aws.ec2.DescribeTagsRequest;
import io.blockseal.aws.ec2.DescribeTagsResult;
import io.blockseal.aws.ec2.DescribeVolumeStatusRequest;
import io.blockseal.aws.ec2.DescribeVolumeStatusResult;
import io.blockseal.aws.ec2.DescribeVolumesModificationsRequest;
import io.blockseal.aws.ec2.DescribeVolumesModificationsResult;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeResult;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.meta.MetadataStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// EBS: the operations of EC2 that deal with volumes and snapshots, each delegated to the class
/// that serves it, and the explanations that EC2 does not give.
///
/// Calls answer as soon as a change is decided and recorded; [BackgroundWork] carries it out.
/// Thread-safe. [#close] stops that work and leaves it to the next [#recover]; the store, the KMS
/// and the block plane stay their owner's.
public final class EbsService implements Ec2Api, AutoCloseable {
  private final ControlPlane plane;
  private final EncryptionSettings encryption;
  private final VolumeCreation volumeCreation;
  private final VolumeDeletion volumeDeletion;
  private final VolumeListing volumeListing;
  private final VolumeStatusListing volumeStatusListing;
  private final VolumeAttaching attaching;
  private final VolumeDetaching detaching;
  private final VolumeModifying modifying;
  private final SnapshotCreation snapshotCreation;
  private final SnapshotCopying snapshotCopying;
  private final SnapshotDeletion snapshotDeletion;
  private final SnapshotListing snapshotListing;
  private final Tagging tagging;
  private final GeographyListing geographyListing;
  private final InstanceListing instanceListing;
  private final Explanations explanations;
  private final RollbackAccepting rollbackAccepting;
  private final Retention retention;
  private final Recovery recovery;

  /// @param random for ids only; nothing secret comes out of it
  public EbsService(
      EbsConfiguration configuration,
      MetadataStore store,
      KmsApi kms,
      BlockPlane blocks,
      InstantSource clock,
      RandomGenerator random) {
    DataKeys keys = new DataKeys(kms);
    EbsRecords records = new EbsRecords(store);
    plane =
        new ControlPlane(
            configuration,
            new Geography(configuration.regions()),
            records,
            blocks,
            keys,
            new AttachmentKeys(keys, configuration),
            new ResourceIds(random),
            clock,
            new BackgroundWork(),
            new VolumeLocks(),
            new SnapshotHolds(records, blocks));
    SnapshotTasks tasks = new SnapshotTasks(plane);
    VolumeMaker maker = new VolumeMaker(plane);
    SnapshotCopier copier = new SnapshotCopier(plane, tasks);
    encryption = new EncryptionSettings(plane);
    volumeCreation = new VolumeCreation(plane, maker);
    volumeDeletion = new VolumeDeletion(plane);
    volumeListing = new VolumeListing(plane);
    volumeStatusListing = new VolumeStatusListing(plane);
    attaching = new VolumeAttaching(plane);
    detaching = new VolumeDetaching(plane, attaching);
    modifying = new VolumeModifying(plane);
    snapshotCreation = new SnapshotCreation(plane, tasks);
    snapshotCopying = new SnapshotCopying(plane, copier);
    snapshotDeletion = new SnapshotDeletion(plane);
    snapshotListing = new SnapshotListing(plane, tasks);
    tagging = new Tagging(plane);
    geographyListing = new GeographyListing(plane);
    instanceListing = new InstanceListing(plane);
    explanations = new Explanations(plane, maker, tasks);
    rollbackAccepting = new RollbackAccepting(plane);
    retention = new Retention(plane);
    recovery =
        new Recovery(
            plane,
            maker,
            volumeDeletion,
            attaching,
            modifying,
            copier,
            snapshotDeletion,
            tasks,
            retention);
  }

  /// Takes up what was under way when the daemon stopped; to be called once, before the first
  /// operation. Returns when the volumes that were attached are attached again, or have lost their
  /// attachment because their key is refused.
  public void recover() throws InterruptedException {
    recovery.run();
  }

  /// Forgets the reasons of old failures, and the client tokens of volumes that are long gone. To
  /// be called every now and then.
  public void forgetOld() {
    retention.forgetOld();
  }

  /// What there is to say about a volume; empty if nothing was ever heard of it.
  public Optional<VolumeExplanation> explainVolume(ResourceName name) {
    return explanations.volume(name);
  }

  /// Lets the next attach of a volume take the older copy of it that is there now.
  ///
  /// @return empty if the volume is no older copy
  public Optional<RollbackAcceptance> acceptRollback(Caller caller, String volumeId) {
    return rollbackAccepting.accept(caller, volumeId);
  }

  /// What there is to say about a snapshot; empty if nothing was ever heard of it.
  public Optional<SnapshotExplanation> explainSnapshot(ResourceName name) {
    return explanations.snapshot(name);
  }

  /// Waits until nothing goes on in the background.
  ///
  /// @return false if something still does after `patience`
  public boolean awaitIdle(Duration patience) throws InterruptedException {
    return plane.work().awaitIdle(patience);
  }

  @Override
  public void close() {
    plane.work().close();
  }

  @Override
  public VolumeAttachment attachVolume(Caller caller, AttachVolumeRequest request) {
    plane.checkRegion(caller);
    return attaching.attach(caller, request);
  }

  @Override
  public CopySnapshotResult copySnapshot(Caller caller, CopySnapshotRequest request) {
    plane.checkRegion(caller);
    return snapshotCopying.copy(caller, request);
  }

  @Override
  public Snapshot createSnapshot(Caller caller, CreateSnapshotRequest request) {
    plane.checkRegion(caller);
    return snapshotCreation.create(caller, request);
  }

  @Override
  public CreateTagsResponse createTags(Caller caller, CreateTagsRequest request) {
    plane.checkRegion(caller);
    return tagging.create(caller, request);
  }

  @Override
  public Volume createVolume(Caller caller, CreateVolumeRequest request) {
    plane.checkRegion(caller);
    return volumeCreation.create(caller, request);
  }

  @Override
  public DeleteSnapshotResponse deleteSnapshot(Caller caller, DeleteSnapshotRequest request) {
    plane.checkRegion(caller);
    return snapshotDeletion.delete(caller, request);
  }

  @Override
  public DeleteTagsResponse deleteTags(Caller caller, DeleteTagsRequest request) {
    plane.checkRegion(caller);
    return tagging.delete(caller, request);
  }

  @Override
  public DeleteVolumeResponse deleteVolume(Caller caller, DeleteVolumeRequest request) {
    plane.checkRegion(caller);
    return volumeDeletion.delete(caller, request);
  }

  @Override
  public DescribeAvailabilityZonesResult describeAvailabilityZones(
      Caller caller, DescribeAvailabilityZonesRequest request) {
    plane.checkRegion(caller);
    return geographyListing.zones(caller, request);
  }

  @Override
  public DescribeInstancesResult describeInstances(
      Caller caller, DescribeInstancesRequest request) {
    plane.checkRegion(caller);
    return instanceListing.describe(caller, request);
  }

  @Override
  public DescribeRegionsResult describeRegions(Caller caller, DescribeRegionsRequest request) {
    return geographyListing.regions(request);
  }

  @Override
  public DescribeSnapshotsResult describeSnapshots(
      Caller caller, DescribeSnapshotsRequest request) {
    plane.checkRegion(caller);
    return snapshotListing.describe(caller, request);
  }

  @Override
  public DescribeTagsResult describeTags(Caller caller, DescribeTagsRequest request) {
    plane.checkRegion(caller);
    return tagging.describe(caller, request);
  }

  @Override
  public DescribeVolumeStatusResult describeVolumeStatus(
      Caller caller, DescribeVolumeStatusRequest request) {
    plane.checkRegion(caller);
    return volumeStatusListing.describe(caller, request);
  }

  @Override
  public DescribeVolumesResult describeVolumes(Caller caller, DescribeVolumesRequest request) {
    plane.checkRegion(caller);
    return volumeListing.describe(caller, request);
  }

  @Override
  public DescribeVolumesModificationsResult describeVolumesModifications(
      Caller caller, DescribeVolumesModificationsRequest request) {
    plane.checkRegion(caller);
    return modifying.describe(caller, request);
  }

  @Override
  public VolumeAttachment detachVolume(Caller caller, DetachVolumeRequest request) {
    plane.checkRegion(caller);
    return detaching.detach(caller, request);
  }

  @Override
  public DisableEbsEncryptionByDefaultResult disableEbsEncryptionByDefault(
      Caller caller, DisableEbsEncryptionByDefaultRequest request) {
    plane.checkRegion(caller);
    return encryption.disable(caller, request);
  }

  @Override
  public EnableEbsEncryptionByDefaultResult enableEbsEncryptionByDefault(
      Caller caller, EnableEbsEncryptionByDefaultRequest request) {
    plane.checkRegion(caller);
    return encryption.enable(caller, request);
  }

  @Override
  public GetEbsDefaultKmsKeyIdResult getEbsDefaultKmsKeyId(
      Caller caller, GetEbsDefaultKmsKeyIdRequest request) {
    plane.checkRegion(caller);
    return encryption.defaultKey(caller, request);
  }

  @Override
  public GetEbsEncryptionByDefaultResult getEbsEncryptionByDefault(
      Caller caller, GetEbsEncryptionByDefaultRequest request) {
    plane.checkRegion(caller);
    return encryption.get(caller, request);
  }

  @Override
  public ModifyEbsDefaultKmsKeyIdResult modifyEbsDefaultKmsKeyId(
      Caller caller, ModifyEbsDefaultKmsKeyIdRequest request) {
    plane.checkRegion(caller);
    return encryption.modifyDefaultKey(caller, request);
  }

  @Override
  public ModifyVolumeResult modifyVolume(Caller caller, ModifyVolumeRequest request) {
    plane.checkRegion(caller);
    return modifying.modify(caller, request);
  }

  @Override
  public ResetEbsDefaultKmsKeyIdResult resetEbsDefaultKmsKeyId(
      Caller caller, ResetEbsDefaultKmsKeyIdRequest request) {
    plane.checkRegion(caller);
    return encryption.resetDefaultKey(caller, request);
  }
}
