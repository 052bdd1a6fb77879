package io.blockseal.aws.wire;

/// An HTTP request as it came, or as it is about to be sent: nothing in it is decoded. Immutable as
/// long as nobody writes to the body's array, which is shared and not copied.
public final class WireRequest {

  private final String method;
  private final String rawPath;
  private final String rawQuery;
  private final Headers headers;
  private final byte[] body;
  private final String sourceIp;

  /// `rawQuery` is what stands after the question mark, or empty; `sourceIp` is empty in a request
  /// to be sent.
  public WireRequest(
      String method,
      String rawPath,
      String rawQuery,
      Headers headers,
      byte[] body,
      String sourceIp) {
    this.method = method;
    this.rawPath = rawPath;
    this.rawQuery = rawQuery;
    this.headers = headers;
    this.body = body;
    this.sourceIp = sourceIp;
  }

  public String method() {
    return method;
  }

  public String rawPath() {
    return rawPath;
  }

  public String rawQuery() {
    return rawQuery;
  }

  public Headers headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  public String sourceIp() {
    return sourceIp;
  }

  public WireRequest withHeaders(Headers otherHeaders) {
    return new WireRequest(method, rawPath, rawQuery, otherHeaders, body, sourceIp);
  }

  /// Without the query and the body, which may carry credentials and secrets.
  @Override
  public String toString() {
    return method + " " + rawPath + " (" + body.length + " bytes)";
  }
}
