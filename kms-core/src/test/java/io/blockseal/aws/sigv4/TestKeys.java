package io.blockseal.aws.sigv4;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The access keys of tests: the long-term and the temporary one of AWS's examples, an inactive and
/// an expired one.
public final class TestKeys {

  public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  /// The session token of [#TEMPORARY].
  public static final String TOKEN = "to/ken+with=chars";

  public static final Instant SIGNED_AT = Instant.parse("2015-08-30T12:36:00Z");

  public static final AccessKey LONG_TERM =
      new AccessKey(
          "AKIDEXAMPLE",
          SECRET,
          null,
          "111122223333",
          "arn:aws:iam::111122223333:user/ann",
          "AIDA1",
          true,
          null);

  public static final AccessKey TEMPORARY =
      new AccessKey(
          "ASIDEXAMPLE",
          SECRET,
          TOKEN,
          "111122223333",
          "arn:aws:sts::111122223333:assumed-role/r/s",
          "AROA1:s",
          true,
          SIGNED_AT.plusSeconds(3600));

  private static final AccessKey INACTIVE =
      new AccessKey("AKIDINACTIVE", SECRET, null, "111122223333", "arn:x", "AIDA2", false, null);

  private static final AccessKey EXPIRED =
      new AccessKey(
          "ASIDEXPIRED", SECRET, TOKEN, "111122223333", "arn:x", "AROA2:s", true, SIGNED_AT);

  private static final Map<String, AccessKey> KEYS =
      Map.of(
          "AKIDEXAMPLE",
          LONG_TERM,
          "ASIDEXAMPLE",
          TEMPORARY,
          "AKIDINACTIVE",
          INACTIVE,
          "ASIDEXPIRED",
          EXPIRED);

  private TestKeys() {}

  public static CredentialSource source() {
    return id -> Optional.ofNullable(KEYS.get(id));
  }
}
