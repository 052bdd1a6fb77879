package io.blockseal.cli;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.Ec2Api;
import io.blockseal.aws.kms.KmsApi;
import java.io.PrintWriter;

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

  /// Where progress and notes go: standard error.
  PrintWriter notes();

  /// A progress display on standard error; silent where that is no terminal.
  ProgressBar progress(String label);

  /// The Linux host: loop devices, file systems, mounts.
  Host host();
}
