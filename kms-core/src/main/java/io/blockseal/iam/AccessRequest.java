package io.blockseal.iam;

import java.util.List;

/// What somebody wants to do to what.
///
/// @param principalArn who asks: an account's root user, a role session, or a service such as
///   `ec2.eu-west-1.amazonaws.com`
/// @param accountId the account that the principal belongs to
/// @param action such as `kms:Decrypt`
/// @param resourceArn what the action is for
/// @param facts what conditions may ask
public record AccessRequest(
    String principalArn, String accountId, String action, String resourceArn, Facts facts) {

  /// The condition keys of a request.
  @FunctionalInterface
  public interface Facts {
    /// The values of a condition key, which comes in lower case; no values if the request does not
    /// have the key.
    List<String> values(String key);
  }

  /// Whether the principal is the root user of its account.
  boolean isAccountRoot() {
    return principalArn.equals(PrincipalPattern.rootArn(accountId));
  }
}
