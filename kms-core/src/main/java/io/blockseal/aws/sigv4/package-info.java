/// AWS Signature Version 4: verifying a request that came and signing one that goes, in the header
/// and in the presigned query form.
///
/// A refusal says why in AWS's words but not in any protocol's code: `gateway` puts the two
/// together. Time and the store of access keys are parameters.
/// [RequestVerifier][io.blockseal.aws.sigv4.RequestVerifier] and
/// [RequestSigner][io.blockseal.aws.sigv4.RequestSigner] are thread-safe. Imported by `gateway` and
/// `client`, and by the room that keeps access keys.
@NullMarked
package io.blockseal.aws.sigv4;

import org.jspecify.annotations.NullMarked;
