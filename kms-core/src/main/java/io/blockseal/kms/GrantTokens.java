package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.kms.InvalidGrantTokenException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// The tokens that CreateGrant answers. A token names a grant; it proves nothing and is no secret.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | version `01` |
/// | 1 | 32 | grant id |
/// | 33 | n | region, account and id of the key, joined by `/`, UTF-8 |
///
/// in base64url. Grants here work at once, with their token or without.
final class GrantTokens {
  private static final byte VERSION = 1;
  private static final int ID_BYTES = 32;
  private static final int MAX_TOKEN_CHARS = 512;
  private static final Pattern PATH = Pattern.compile("[a-z0-9-]{1,32}/\\d{12}/[a-z0-9-]{36}");

  private GrantTokens() {}

  /// Which grant a token names.
  record Target(KeyLocation key, String grantId) {}

  static String of(Grant grant) {
    byte[] path = grant.key().path().getBytes(UTF_8);
    byte[] token =
        ByteBuffer.allocate(1 + ID_BYTES + path.length)
            .put(VERSION)
            .put(HexFormat.of().parseHex(grant.id()))
            .put(path)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /// @throws InvalidGrantTokenException if `text` is no token
  static Target parse(String text) {
    byte[] token = decode(text);
    if (token.length <= 1 + ID_BYTES || token[0] != VERSION) {
      throw invalid();
    }
    String path = new String(token, 1 + ID_BYTES, token.length - 1 - ID_BYTES, UTF_8);
    if (!PATH.matcher(path).matches()) {
      throw invalid();
    }
    return new Target(KeyLocation.ofPath(path), HexFormat.of().formatHex(token, 1, 1 + ID_BYTES));
  }

  /// Refuses a list with something in it that is no token.
  static void check(List<String> tokens) {
    tokens.forEach(GrantTokens::parse);
  }

  private static byte[] decode(String text) {
    if (text.length() > MAX_TOKEN_CHARS) {
      throw invalid();
    }
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static InvalidGrantTokenException invalid() {
    return new InvalidGrantTokenException("The grant token is not valid.");
  }
}
