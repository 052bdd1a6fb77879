/// The boundary that plaintext KMS keys never cross: a software HSM.
///
/// A [io.blockseal.kms.hsm.RootOfTrust] wraps the domain keys, a domain key wraps the HSM backing
/// keys (HBKs) of its region, and an HBK derives one key a call. Wrapped keys leave the boundary as
/// tokens for their owner to store; plaintext keys do not leave it at all. What crosses it in the
/// clear are the callers' own plaintexts, in [io.blockseal.secret.SecretBytes].
///
/// What the JDK's AES keeps of a key is overwritten after each call. Copies that nobody can wipe
/// are made by HKDF and by the parameter objects of Bouncy Castle; they live as long as the garbage
/// collector lets them.
///
/// Threads: [io.blockseal.kms.hsm.Hsm] is thread-safe. May be imported by `io.blockseal.kms`,
/// `io.blockseal.iam` (sealing only) and the daemon's composition root; imports `secret`, JCE and
/// Bouncy Castle.
@NullMarked
package io.blockseal.kms.hsm;

import org.jspecify.annotations.NullMarked;
