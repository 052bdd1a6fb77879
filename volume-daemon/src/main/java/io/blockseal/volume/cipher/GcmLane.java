package io.blockseal.volume.cipher;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;

/// What one call of [GcmUnitCipher] works with. Confined to the call that borrowed it.
abstract class GcmLane implements Lane {
  /// To be filled before a call, as is [#aad].
  final byte[] nonce = new byte[UnitNonce.BYTES];

  final byte[] aad;

  /// The result of [#seal]; to be filled before [#open].
  final byte[] tag = new byte[UnitRecord.TAG_BYTES];

  GcmLane(int aadBytes) {
    aad = new byte[aadBytes];
  }

  /// Encrypts the text at `from` of `plain` to `to` of `cipher`, which is other memory or the very
  /// same. No position moves.
  abstract void seal(ByteBuffer plain, int from, ByteBuffer cipher, int to);

  /// The inverse of [#seal].
  ///
  /// @throws AEADBadTagException if the tag is wrong; then `plain` holds zeros there
  abstract void open(ByteBuffer cipher, int from, ByteBuffer plain, int to)
      throws AEADBadTagException;
}
