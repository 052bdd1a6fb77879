package io.blockseal.snapshot;

import io.blockseal.volume.format.CipherSpec;

/// How a snapshot shall be encrypted anew.
///
/// @param cipher any but [CipherSpec#NONE]
/// @param lineageId 32 hexadecimal digits, drawn for this copy
/// @param wrapping the new data key, wrapped
public record NewKey(CipherSpec cipher, String lineageId, WrappedKey wrapping) {
  public NewKey {
    if (!cipher.encrypted()) {
      throw new IllegalArgumentException("cipher " + cipher + " takes no key");
    }
  }
}
