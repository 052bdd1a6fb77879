/// AWS's wire protocols over the generated shapes, in both directions: AWS JSON 1.1, Query and EC2
/// Query.
///
/// A protocol turns bytes into a request that is decoded but not yet valid, and answers and errors
/// into bytes; a client uses the same code the other way round. Whatever a peer sends, nothing but
/// an [AwsException][io.blockseal.aws.AwsException] comes of it. Everything is immutable or
/// confined to one call. Knows neither signatures nor any HTTP server. Imported by `gateway` and
/// `client`; rooms that serve HTTP meet [WireRequest][io.blockseal.aws.wire.WireRequest] and
/// [WireResponse][io.blockseal.aws.wire.WireResponse].
@NullMarked
package io.blockseal.aws.wire;

import org.jspecify.annotations.NullMarked;
