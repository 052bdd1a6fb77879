package io.blockseal.http;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireResponse;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;

/// Why the server itself, before any handler, does not take a request. The connection is closed
/// after each of them.
record Refusal(int status, String code, String message) {
  static final Refusal BODY_STALLED =
      new Refusal(408, "RequestTimeout", "The request did not arrive whole in time.");
  static final Refusal EXPECTATION =
      new Refusal(417, "ExpectationFailed", "The only expectation that is met is 100-continue.");
  static final Refusal BUSY =
      new Refusal(
          503, "SlowDown", "Too many requests are being worked on; repeat it a little later.");
  static final Refusal FAILED =
      new Refusal(500, "InternalFailure", "The server failed; its log says more.");

  static Refusal bodyTooLarge(int maxBytes) {
    return new Refusal(
        413, "RequestTooLarge", "The body is longer than the " + maxBytes + " bytes allowed.");
  }

  static Refusal target() {
    return new Refusal(400, "BadRequest", "The request target is neither a path nor an http URL.");
  }

  /// For bytes that the parser could not take as HTTP.
  static Refusal malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new Refusal(414, "RequestUriTooLong", "The request line is too long.");
      case TooLongHttpHeaderException _ ->
          new Refusal(431, "RequestHeaderSectionTooLarge", "The header lines are too long.");
      case TooLongFrameException _ -> new Refusal(400, "BadRequest", "A part is too long.");
      default -> new Refusal(400, "BadRequest", "This is not a well-formed HTTP/1.1 request.");
    };
  }

  WireResponse response() {
    String json = "{\"__type\":\"" + code + "\",\"message\":\"" + message + "\"}";
    return new WireResponse(
        status,
        Headers.of("Content-Type", "application/json"),
        json.getBytes(StandardCharsets.UTF_8));
  }
}
