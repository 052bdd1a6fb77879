package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// The one producer of the additional authenticated data of wrapped keys and sealed secrets: what
/// they are and whose they are, so that no token can take another one's place.
///
/// Layout: every part as its UTF-8 length in four bytes, big-endian, and its UTF-8. The first part
/// names the kind, so the bindings of two kinds never meet.
final class Binding {
  private Binding() {}

  static byte[] domainKey(String domain) {
    return of("domain-key", domain);
  }

  static byte[] backingKey(String domain, String owner) {
    return of("backing-key", domain, owner);
  }

  static byte[] sealedSecret(String domain, String purpose) {
    return of("sealed-secret", domain, purpose);
  }

  private static byte[] of(String... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : parts) {
      byte[] text = part.getBytes(UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
      bytes.writeBytes(text);
    }
    return bytes.toByteArray();
  }
}
