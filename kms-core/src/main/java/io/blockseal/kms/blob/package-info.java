/// What a caller of the KMS gets to keep: the layout of a ciphertext blob, and the canonical bytes
/// of the encryption context that is bound to it.
///
/// Everything is immutable and pure. Imported by `io.blockseal.kms`; imports only the JDK.
@NullMarked
package io.blockseal.kms.blob;

import org.jspecify.annotations.NullMarked;
