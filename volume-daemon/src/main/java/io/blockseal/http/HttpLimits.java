package io.blockseal.http;

import java.time.Duration;

/// What a client can make the server hold, and for how long. Immutable.
///
/// @param connections open at once; for a further one the longest idle is closed, and if all are
///   busy it waits in the system's backlog
/// @param requests in a handler at once; further ones are answered 503, which AWS clients repeat
/// @param requestLineBytes method, target and version: an EC2 query sent by GET is long
/// @param headerBytes all header lines together
/// @param bodyBytes of one request; 1 MiB of JSON with its base64 fits
/// @param shortBodyBytes of each request are held whatever others hold, so whoever asks for
///   something short is served
/// @param bufferedBytes of all bodies together that are held at one time beside those; clients that
///   are not known have half of it
/// @param idle a connection without a request is closed after this
/// @param idleUnknown the same for one that has not brought a request with a good signature yet
/// @param receive a request must have arrived whole this long after its first line
/// @param send an answer must have left this long after it was made
/// @param drain how long a closing server waits for the requests it has
record HttpLimits(
    int connections,
    int requests,
    int requestLineBytes,
    int headerBytes,
    int bodyBytes,
    int shortBodyBytes,
    long bufferedBytes,
    Duration idle,
    Duration idleUnknown,
    Duration receive,
    Duration send,
    Duration drain) {

  static final HttpLimits DEFAULT =
      new HttpLimits(
          512,
          256,
          32 * 1024,
          32 * 1024,
          2 * 1024 * 1024,
          8 * 1024,
          64L * 1024 * 1024,
          Duration.ofSeconds(75),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));
}
