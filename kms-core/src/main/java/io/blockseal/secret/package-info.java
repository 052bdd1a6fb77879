/// The only owner of plaintext key bytes. Everything that must hold a key for longer than one call
/// holds a [io.blockseal.secret.SecretBytes]; the bytes live off-heap, are wiped on close and never
/// reach a log.
///
/// Threads: a secret may be read by many threads; closing waits for none of them, so the owner
/// closes last. May be imported by every room that handles keys; imports only the JDK.
@NullMarked
package io.blockseal.secret;

import org.jspecify.annotations.NullMarked;
