/// Encryption of units: AES-256-XTS and AES-256-GCM, the nonce, the associated data and the record
/// that GCM keeps of every unit, and the keys derived from a volume's data key. Pure: bytes in,
/// bytes out; no I/O, no clock, no randomness.
///
/// AES is computed by libraries of the machine, where [CipherLibraries] found them there and right,
/// else by the JDK (`SunJCE`). Keys come in as [io.blockseal.secret.SecretBytes] and are kept as
/// such; the key schedules inside lanes and the scratch of the last call are overwritten when a
/// cipher is closed.
///
/// Threads: ciphers are thread-safe; each call borrows a *lane* (keyed objects of its own, and
/// scratch) for as long as it runs. May be imported by `engine` and by what re-encrypts chunks.
@NullMarked
package io.blockseal.volume.cipher;

import org.jspecify.annotations.NullMarked;
