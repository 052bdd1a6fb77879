/// The EBS control plane: volumes, attachments, snapshots, tags and the encryption settings of an
/// account and Region, behind the operations of [io.blockseal.aws.ec2.Ec2Api].
///
/// It decides *whether* something happens and under which key; [BlockPlane] does it. Keys are
/// reached only through `KmsApi`, in [DataKeys] and nowhere else. A record in the metadata store is
/// also the intent: whatever a state says is under way (`creating`, `deleting`, `attaching`, …) is
/// what [Recovery] takes up again after a crash, so every background step may be repeated.
///
/// Threads: every class is immutable or thread-safe unless it says otherwise. A call changes a
/// record by compare-and-set and never waits for blocks to be moved; that happens on virtual
/// threads ([BackgroundWork]). May be imported by `daemon`; `http` sees only the `…Api` interface
/// and the records that explain.
@NullMarked
package io.blockseal.ebs;

import org.jspecify.annotations.NullMarked;
