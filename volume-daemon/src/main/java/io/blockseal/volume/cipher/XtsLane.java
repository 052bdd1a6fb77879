package io.blockseal.volume.cipher;

import java.nio.ByteBuffer;

/// What one call of [XtsCipher] works with.
interface XtsLane extends Lane {
  /// Encrypts all of `source`, whole units from `firstUnit` on, to `target`, which has room for it
  /// and is other memory or the very same. Both positions advance.
  void encrypt(long firstUnit, ByteBuffer source, ByteBuffer target);

  /// The inverse of [#encrypt], with the same rules.
  void decrypt(long firstUnit, ByteBuffer source, ByteBuffer target);
}
