package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.ebs.DataKeys.Grant;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.secret.SecretBytes;
import org.jspecify.annotations.Nullable;

/// How the data key of a volume is opened for attaching it.
///
/// As EC2 does it: in the name of whoever attaches, a grant on the KMS key is made for the session
/// that the instance's host has in the account, and that session decrypts. The grant lasts as long
/// as the attachment, and serves it again after a restart. A KMS that knows no such session, such
/// as AWS's own, is asked by the caller directly. Thread-safe.
final class AttachmentKeys {
  private static final String ROLE = "aws:ec2-infrastructure";
  private static final String INTERNAL = "AWS Internal";

  private final DataKeys keys;
  private final String instanceId;
  private final boolean byGrant;

  AttachmentKeys(DataKeys keys, EbsConfiguration configuration) {
    this.keys = keys;
    instanceId = configuration.instance().id();
    byGrant = configuration.attachByGrant();
  }

  /// An open data key, and the grant that opened it. Whoever gets it closes it. Confined to one
  /// thread.
  static final class Opened implements AutoCloseable {
    private final SecretBytes dataKey;
    private final @Nullable String grantId;

    private Opened(SecretBytes dataKey, @Nullable String grantId) {
      this.dataKey = dataKey;
      this.grantId = grantId;
    }

    SecretBytes dataKey() {
      return dataKey;
    }

    @Nullable String grantId() {
      return grantId;
    }

    @Override
    public void close() {
      dataKey.close();
    }
  }

  /// Opens the data key of a volume that is being attached.
  Opened open(Purpose purpose, WrappedKey key) throws KeyRefusedException {
    if (!byGrant) {
      return new Opened(keys.open(purpose, key), null);
    }
    Purpose host = host(purpose);
    Grant grant =
        keys.grant(
            purpose,
            key,
            host.caller().principalArn(),
            DataKeys.viaService(purpose.caller().region()));
    try {
      return new Opened(keys.open(host, key, grant.token()), grant.id());
    } catch (KeyRefusedException e) {
      release(purpose, key.kmsKeyArn(), grant.id());
      throw e;
    }
  }

  /// Opens the data key of a volume that was attached before, with the grant of that time.
  Opened reopen(Purpose purpose, WrappedKey key, @Nullable String grantId)
      throws KeyRefusedException {
    return grantId == null
        ? open(purpose, key)
        : new Opened(keys.open(host(purpose), key), grantId);
  }

  /// Gives the grant of an attachment back, which a key that is gone may refuse.
  void release(Purpose purpose, String kmsKeyArn, String grantId) {
    keys.retire(purpose, kmsKeyArn, grantId);
  }

  /// The session of the host, on behalf of the instance.
  private Purpose host(Purpose purpose) {
    Caller by = purpose.caller();
    Caller host =
        new Caller(
            by.accountId(),
            by.region(),
            "arn:aws:sts::%s:assumed-role/%s/%s".formatted(by.accountId(), ROLE, instanceId),
            "%s:%s:%s".formatted(by.accountId(), ROLE, instanceId),
            by.accessKeyId(),
            by.requestId(),
            INTERNAL,
            INTERNAL,
            null);
    return new Purpose(host, purpose.resourceId());
  }
}
