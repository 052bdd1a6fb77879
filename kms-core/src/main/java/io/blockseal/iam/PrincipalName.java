package io.blockseal.iam;

/// The names that principals have in requests and grants.
public final class PrincipalName {
  private PrincipalName() {}

  /// Whether `text` can name somebody: an account's root user, a user, a role, a role session or a
  /// service. It says nothing about whether they exist.
  public static boolean isWellFormed(String text) {
    return PrincipalPattern.ROOT_ARN.matcher(text).matches()
        || PrincipalPattern.IAM_ARN.matcher(text).matches()
        || PrincipalPattern.SESSION_ARN.matcher(text).matches()
        || PrincipalPattern.SERVICE.matcher(text).matches();
  }
}
