package io.blockseal.kms.hsm;

import java.util.HexFormat;

/// An HSM backing key as it may be seen outside: its id, its owner, and the exported key token that
/// holds its material, wrapped under a domain key.
///
/// The id is derived from the material (SP 800-108, a label of its own), so it also proves that an
/// unwrapped token is the right one. Immutable; nothing in it is secret.
public final class BackingKey {
  static final int ID_BYTES = 32;

  private final byte[] id;
  private final String domain;
  private final String owner;
  private final byte[] token;

  private BackingKey(byte[] id, String domain, String owner, byte[] token) {
    if (id.length != ID_BYTES) {
      throw new IllegalArgumentException(
          "backing key id of %d bytes, it must have %d".formatted(id.length, ID_BYTES));
    }
    this.id = id.clone();
    this.domain = domain;
    this.owner = owner;
    this.token = token.clone();
  }

  /// A key whose parts were stored.
  ///
  /// @param id 64 hexadecimal digits
  /// @param domain the region whose domain key wraps it
  /// @param owner what [Hsm#newBackingKey] was told: a token presented for another owner does not
  ///   open
  public static BackingKey of(String id, String domain, String owner, byte[] token) {
    return new BackingKey(HexFormat.of().parseHex(id), domain, owner, token);
  }

  static BackingKey of(byte[] id, String domain, String owner, byte[] token) {
    return new BackingKey(id, domain, owner, token);
  }

  /// 64 lower-case hexadecimal digits.
  public String id() {
    return HexFormat.of().formatHex(id);
  }

  public byte[] idBytes() {
    return id.clone();
  }

  public String domain() {
    return domain;
  }

  public String owner() {
    return owner;
  }

  /// The exported key token, to be stored beside the id.
  public byte[] token() {
    return token.clone();
  }

  @Override
  public String toString() {
    return "BackingKey[%s of %s in %s]".formatted(id(), owner, domain);
  }
}
