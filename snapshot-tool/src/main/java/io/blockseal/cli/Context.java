package io.blockseal.cli;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.kms.KmsApi;
import org.jspecify.annotations.Nullable;

/// What a command works with: the services, the place to print to, and the host it runs on.
///
/// Services are made on first use, so that `--help` and `completion` need no credentials. Confined
/// to one thread.
public interface Context {
  /// The KMS API at the endpoint that the options name.
  KmsApi kms();

  /// The EC2 API at the endpoint that the options name.
  Ec2Api ec2();

  /// The daemon's own small API, for what AWS has no call for.
  DaemonApi daemon();

  /// The caller that a client hands to an API; the signature, not this record, says who calls.
  Caller caller();

  /// The region that the options, the environment or the profile name.
  String region();

  /// Answers, as a table or as JSON.
  Output output();

  /// What is said beside the answer, on standard error.
  Notes notes();

  /// The proof, for AWS, that the caller may read an encrypted snapshot in the Region that it is
  /// copied from: the same call, signed for that Region. Null where the endpoint asks for none.
  @Nullable String presignedCopy(CopySnapshotRequest request);

  /// A progress display on standard error; silent where that is no terminal.
  ProgressBar progress(String label);

  /// The Linux host: loop devices, file systems, mounts.
  Host host();
}
