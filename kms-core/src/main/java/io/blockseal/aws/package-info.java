/// What every AWS-shaped service here shares: who calls ([Caller][io.blockseal.aws.Caller]), how a
/// call fails ([AwsException][io.blockseal.aws.AwsException]) and binary values
/// ([Blob][io.blockseal.aws.Blob]).
///
/// The sub-packages hold the shapes generated from the official service models (`kms`, `ec2`,
/// `sts`), what a shape is (`shape`), the wire protocols (`wire`), request signatures (`sigv4`),
/// the server's entry (`gateway`) and a client (`client`). Everything is immutable or says
/// otherwise. Any room may import this one; it imports only the JDK and Jackson's streaming core.
@NullMarked
package io.blockseal.aws;

import org.jspecify.annotations.NullMarked;
