package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.ebs.DataKeys.Grant;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.secret.SecretBytes;
import java.util.Objects;
import java.util.Set;
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

  /// Retires the grants of a Region that were made for this host and that nobody names any more. A
  /// service sees those of every account.
  ///
  /// @param named the grants that attachments have
  void retireStray(String accountId, String region, Set<String> named) throws KeyRefusedException {
    if (!byGrant) {
      return;
    }
    for (GrantListEntry grant : keys.retirable(service(accountId, region))) {
      String id = Objects.requireNonNull(grant.grantId(), "a grant has an id");
      String keyArn = Objects.requireNonNull(grant.keyId(), "a grant has a key");
      boolean ours =
          String.valueOf(grant.granteePrincipal()).endsWith(":assumed-role/" + session());
      if (ours && !named.contains(id)) {
        keys.retire(service(accountId, region), keyArn, id);
      }
    }
  }

  /// EC2 itself, in nobody's name.
  private static Purpose service(String accountId, String region) {
    Caller ec2 =
        new Caller(
            accountId,
            region,
            "arn:aws:iam::" + accountId + ":root",
            accountId,
            "",
            "",
            INTERNAL,
            INTERNAL,
            null);
    return new Purpose(ec2, "no attachment");
  }

  private String session() {
    return ROLE + "/" + instanceId;
  }

  /// The session of the host, on behalf of the instance.
  private Purpose host(Purpose purpose) {
    Caller by = purpose.caller();
    Caller host =
        new Caller(
            by.accountId(),
            by.region(),
            "arn:aws:sts::%s:assumed-role/%s".formatted(by.accountId(), session()),
            "%s:%s:%s".formatted(by.accountId(), ROLE, instanceId),
            by.accessKeyId(),
            by.requestId(),
            INTERNAL,
            INTERNAL,
            null);
    return new Purpose(host, purpose.resourceId());
  }
}
