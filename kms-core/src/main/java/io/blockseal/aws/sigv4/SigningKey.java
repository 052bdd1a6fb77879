package io.blockseal.aws.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The key that signs everything of one scope: HMAC-SHA256 of the secret over date, region, service
/// and terminator, one after the other. Immutable.
final class SigningKey {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final String HMAC = "HmacSHA256";

  private final SecretKeySpec key;

  private SigningKey(byte[] key) {
    this.key = new SecretKeySpec(key, HMAC);
  }

  static SigningKey derive(String secretAccessKey, CredentialScope scope) {
    byte[] key = ("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8);
    for (String step :
        new String[] {scope.date(), scope.region(), scope.service(), CredentialScope.TERMINATOR}) {
      key = hmac(new SecretKeySpec(key, HMAC), step);
    }
    return new SigningKey(key);
  }

  /// The signature, in lower-case hex, over a canonical request at a time in ISO 8601's basic
  /// format.
  String sign(String time, CredentialScope scope, String canonicalRequest) {
    String stringToSign =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256Hex(canonicalRequest);
    return HexFormat.of().formatHex(hmac(key, stringToSign));
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  static String sha256Hex(String text) {
    return sha256Hex(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256Hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
