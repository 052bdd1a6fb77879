/// A client of AWS services, ours or AWS's own, over the JDK's HTTP client and the same codecs as
/// the server.
///
/// The generated `RemoteKms`, `RemoteEc2` and `RemoteSts` are what other rooms use: each implements
/// its service's interface by calling an endpoint. Thread-safe; a call blocks until the answer is
/// there or the time is up. Imported by the generated shapes, the command line and the daemon's
/// composition root.
@NullMarked
package io.blockseal.aws.client;

import org.jspecify.annotations.NullMarked;
