/// The only owner of plaintext key bytes. Everything that must hold a key for longer than one call
/// holds a [io.blockseal.secret.SecretBytes]; the bytes live off-heap in pages that are locked and
/// left out of core dumps where the system allows it ([io.blockseal.secret.SecretMemory#protection]
/// tells), are wiped on close and never reach a log.
///
/// Threads: everything here is thread-safe; a use that began before a close finishes unharmed. May
/// be imported by every room that handles keys; imports only the JDK.
@NullMarked
package io.blockseal.secret;

import org.jspecify.annotations.NullMarked;
