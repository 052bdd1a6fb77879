package io.blockseal.volume.cipher;

/// What one call of a cipher works with: keyed objects and scratch. Confined to the call that
/// borrowed it from its [Lanes].
interface Lane {
  /// Overwrites the keys and what the last call left in the scratch, as far as the JDK lets us. No
  /// call comes after it.
  void forget();
}
