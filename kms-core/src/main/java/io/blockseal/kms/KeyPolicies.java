package io.blockseal.kms;

import io.blockseal.iam.MalformedPolicyException;
import io.blockseal.iam.PolicyDocument;

/// The texts of the key policies that KMS itself writes, and the policies of keys ready to be
/// asked. Thread-safe.
final class KeyPolicies {
  /// Policies read last; most keys share the default policy of their account.
  private static final int MAX_PARSED = 256;

  private final RecentlyUsed<String, PolicyDocument> parsed = new RecentlyUsed<>(MAX_PARSED);

  /// What a key gets if its creator names no policy: its account decides.
  static String ofNewKey(String accountId) {
    return """
    {
      "Version" : "2012-10-17",
      "Id" : "key-default-1",
      "Statement" : [ {
        "Sid" : "Enable IAM User Permissions",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "arn:aws:iam::%s:root"
        },
        "Action" : "kms:*",
        "Resource" : "*"
      } ]
    }\
    """
        .formatted(accountId);
  }

  /// The policy of `alias/aws/ebs`.
  static String ofAwsEbs(String region, String accountId) {
    return """
    {
      "Version" : "2012-10-17",
      "Id" : "auto-ebs-2",
      "Statement" : [ {
        "Sid" : "Allow access through EBS for all principals in the account that are authorized to use EBS",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "*"
        },
        "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
        "Resource" : "*",
        "Condition" : {
          "StringEquals" : {
            "kms:CallerAccount" : "%2$s",
            "kms:ViaService" : "ec2.%1$s.amazonaws.com"
          }
        }
      }, {
        "Sid" : "Allow direct access to key metadata to the account",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "arn:aws:iam::%2$s:root"
        },
        "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
        "Resource" : "*"
      } ]
    }\
    """
        .formatted(region, accountId);
  }

  /// The policy of a key, which was checked when it was set.
  PolicyDocument of(KeyRecord key) {
    PolicyDocument known = parsed.get(key.policy());
    if (known != null) {
      return known;
    }
    try {
      PolicyDocument policy = PolicyDocument.parse(key.policy());
      parsed.put(key.policy(), policy);
      return policy;
    } catch (MalformedPolicyException e) {
      throw new IllegalStateException("the policy of " + key.arn() + " is damaged", e);
    }
  }
}
