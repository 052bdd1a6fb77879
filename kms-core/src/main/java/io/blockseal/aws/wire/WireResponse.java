package io.blockseal.aws.wire;

/// An HTTP answer. Immutable as long as nobody writes to the body's array, which is shared and not
/// copied.
public final class WireResponse {

  private final int status;
  private final Headers headers;
  private final byte[] body;

  public WireResponse(int status, Headers headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  public Headers headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  /// The same answer with a header more, or with another value of it.
  public WireResponse withHeader(String name, String value) {
    return new WireResponse(status, headers.toBuilder().set(name, value).build(), body);
  }

  @Override
  public String toString() {
    return status + " (" + body.length + " bytes)";
  }
}
