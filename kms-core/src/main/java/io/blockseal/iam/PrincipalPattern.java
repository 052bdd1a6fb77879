package io.blockseal.iam;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One entry of a `Principal` element.
sealed interface PrincipalPattern {
  Pattern ACCOUNT = Pattern.compile("\\d{12}");
  Pattern ROOT_ARN = Pattern.compile("arn:aws:iam::(\\d{12}):root");
  Pattern IAM_ARN = Pattern.compile("arn:aws:iam::\\d{12}:(user|role)/[\\w+=,.@/-]{1,576}");
  Pattern SESSION_ARN =
      Pattern.compile(
          "arn:aws:sts::(\\d{12}):assumed-role/([\\w+=,.@:-]{1,64})/[\\w+=,.@:-]{2,64}");
  Pattern SERVICE = Pattern.compile("[a-z0-9.-]{1,100}\\.amazonaws\\.com");

  /// How well a pattern fits: an account fits all its principals, but only as a delegation.
  enum Fit {
    NONE,
    ACCOUNT,
    ITSELF
  }

  Fit fits(AccessRequest request);

  static String rootArn(String accountId) {
    return "arn:aws:iam::" + accountId + ":root";
  }

  /// The entry of an `AWS` principal.
  static PrincipalPattern ofAws(String text) throws MalformedPolicyException {
    if (text.equals("*")) {
      return new Anyone();
    }
    Matcher root = ROOT_ARN.matcher(text);
    if (root.matches()) {
      return new Account(root.group(1));
    }
    if (ACCOUNT.matcher(text).matches()) {
      return new Account(text);
    }
    if (IAM_ARN.matcher(text).matches() || SESSION_ARN.matcher(text).matches()) {
      return new Exactly(text);
    }
    throw new MalformedPolicyException(
        "Policy contains a statement with one or more invalid principals.");
  }

  /// The entry of a `Service` principal.
  static PrincipalPattern ofService(String text) throws MalformedPolicyException {
    if (!SERVICE.matcher(text).matches()) {
      throw new MalformedPolicyException(
          "Policy contains a statement with one or more invalid principals.");
    }
    return new Exactly(text);
  }

  /// Everybody, of every account.
  record Anyone() implements PrincipalPattern {
    @Override
    public Fit fits(AccessRequest request) {
      return Fit.ITSELF;
    }
  }

  /// An account: its root user itself, and its other principals if the account lets them.
  record Account(String accountId) implements PrincipalPattern {
    @Override
    public Fit fits(AccessRequest request) {
      if (!request.accountId().equals(accountId)) {
        return Fit.NONE;
      }
      return request.isAccountRoot() ? Fit.ITSELF : Fit.ACCOUNT;
    }
  }

  /// One user, role, session or service. A role also fits its sessions.
  record Exactly(String name) implements PrincipalPattern {
    @Override
    public Fit fits(AccessRequest request) {
      if (request.principalArn().equals(name)) {
        return Fit.ITSELF;
      }
      Matcher session = SESSION_ARN.matcher(request.principalArn());
      if (!session.matches()) {
        return Fit.NONE;
      }
      // A session's ARN has the role's name without its path.
      String role = "arn:aws:iam::" + session.group(1) + ":role/";
      boolean ofRole =
          name.startsWith(role)
              && name.substring(name.lastIndexOf('/') + 1).equals(session.group(2));
      return ofRole ? Fit.ITSELF : Fit.NONE;
    }
  }
}
