package io.blockseal.http;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Date;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection: reads a request whole, has it handled, writes the answer, and only then reads
/// on, so that answers keep the order of pipelined requests.
///
/// Confined to the connection's event loop, except for the methods that say whether it may be
/// closed and that close it.
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails on a connection closes it, and that is all
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(HttpConnection.class.getName());

  /// How long a refused client may go on sending, so that it reads the refusal and not a reset.
  private static final Duration LINGER = Duration.ofSeconds(2);

  private static final HttpVersion VERSION = HttpVersion.HTTP_1_1;

  private enum State {
    /// Between requests.
    IDLE,
    /// A request's head has arrived, its body not wholly.
    RECEIVING,
    /// The handler has the request.
    HANDLING,
    /// The answer is being written.
    SENDING,
    /// A refusal was written; what still arrives is dropped.
    REFUSED
  }

  private final SocketChannel channel;
  private final HttpHandler handler;
  private final HttpLimits limits;
  private final Admission admission;
  private final InstantSource clock;

  /// What was parsed out of one read of the socket and not taken yet.
  private final Queue<HttpObject> parsed = new ArrayDeque<>();

  // Written on the event loop only, read by whoever looks for a connection to close.
  private volatile State state = State.IDLE;
  private volatile long lastHeardNs = System.nanoTime();

  /// Whether somebody has signed a request well here.
  private volatile boolean known;

  private boolean keepAlive = true;
  private @Nullable HttpRequest head;
  private RequestBody body;
  private @Nullable Future<?> timer;

  HttpConnection(
      SocketChannel channel,
      HttpHandler handler,
      HttpLimits limits,
      Admission admission,
      InstantSource clock) {
    this.channel = channel;
    this.handler = handler;
    this.limits = limits;
    this.admission = admission;
    this.clock = clock;
    body = new RequestBody(limits, admission, known);
  }

  /// Closes the connection now if it is between requests, else after the answer to its last one.
  void closeWhenIdle() {
    channel
        .eventLoop()
        .execute(
            () -> {
              keepAlive = false;
              if (state == State.IDLE) {
                channel.close();
              }
            });
  }

  void closeNow() {
    channel.close();
  }

  /// Whether it serves no request, and waits for its client to send something.
  boolean waiting() {
    return expecting();
  }

  /// Whether its client has proved who it is.
  boolean known() {
    return known;
  }

  /// When its client was heard of last, or answered, by [System#nanoTime].
  long lastHeardNs() {
    return lastHeardNs;
  }

  /// Closes the connection if it still waits for its client.
  ///
  /// @param otherwise called if it does not
  void closeIfWaiting(Runnable otherwise) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (expecting()) {
                channel.close();
              } else {
                otherwise.run();
              }
            });
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    admission.opened(this);
    if (admission.draining()) {
      channel.close();
      return;
    }
    awaitRequest();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    admission.closed(this);
    stopTimer();
    parsed.forEach(ReferenceCountUtil::release);
    parsed.clear();
    if (state != State.HANDLING) {
      body.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastHeardNs = System.nanoTime();
    parsed.add((HttpObject) message);
    takeParsed();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    readOn();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(Level.DEBUG, () -> "connection of " + peerIp() + " closed: " + cause);
    channel.close();
  }

  private void awaitRequest() {
    state = State.IDLE;
    lastHeardNs = System.nanoTime();
    admission.changed();
    startTimer(known ? limits.idle() : limits.idleUnknown(), channel::close);
    takeParsed();
    readOn();
  }

  private void takeParsed() {
    HttpObject message = expecting() ? parsed.poll() : null;
    while (message != null) {
      try {
        take(message);
      } finally {
        ReferenceCountUtil.release(message);
      }
      message = expecting() ? parsed.poll() : null;
    }
  }

  /// Asks the socket for more; never while a request is being worked on, which bounds what a client
  /// that does not wait for answers can make us hold.
  private void readOn() {
    if (expecting()) {
      channel.read();
    }
  }

  private boolean expecting() {
    return switch (state) {
      case IDLE, RECEIVING, REFUSED -> true;
      case HANDLING, SENDING -> false;
    };
  }

  private void take(HttpObject message) {
    if (state == State.REFUSED) {
      if (message instanceof LastHttpContent) {
        channel.close();
      }
      return;
    }
    DecoderResult result = message.decoderResult();
    if (result.isFailure()) {
      refuse(Refusal.malformed(result.cause()));
      return;
    }
    if (message instanceof HttpRequest request) {
      begin(request);
    }
    if (message instanceof HttpContent content && state == State.RECEIVING) {
      receive(content);
    }
  }

  private void begin(HttpRequest request) {
    head = request;
    state = State.RECEIVING;
    keepAlive = HttpUtil.isKeepAlive(request) && !admission.draining();
    body = new RequestBody(limits, admission, known);
    startTimer(limits.receive(), () -> refuse(Refusal.BODY_STALLED));
    if (HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
      refuse(Refusal.bodyTooLarge(limits.bodyBytes()));
      return;
    }
    String expectation = request.headers().get(HttpHeaderNames.EXPECT);
    if (expectation != null) {
      if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
        refuse(Refusal.EXPECTATION);
        return;
      }
      channel.writeAndFlush(new DefaultFullHttpResponse(VERSION, HttpResponseStatus.CONTINUE));
    }
  }

  private void receive(HttpContent content) {
    switch (body.add(content.content())) {
      case TOO_LARGE -> refuse(Refusal.bodyTooLarge(limits.bodyBytes()));
      case NO_ROOM -> refuse(Refusal.BUSY);
      case ADDED -> {
        if (content instanceof LastHttpContent) {
          dispatch();
        }
      }
    }
  }

  private void dispatch() {
    stopTimer();
    WireRequest request = request();
    if (request == null) {
      refuse(Refusal.target());
      return;
    }
    if (!admission.tryStart()) {
      refuse(Refusal.BUSY);
      return;
    }
    state = State.HANDLING;
    admission.changed();
    RequestBody handled = body;
    Thread.ofVirtual().name("http-request").start(() -> work(request, handled));
  }

  private void work(WireRequest request, RequestBody handled) {
    WireResponse response = handle(request);
    admission.finished();
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                handled.release();
                answer(response);
              });
    } catch (RejectedExecutionException e) {
      LOG.log(Level.WARNING, "the server had closed before the answer to " + request + " was made");
    }
  }

  private WireResponse handle(WireRequest request) {
    try {
      return handler.handle(request, () -> known = true);
    } catch (RuntimeException | Error e) { // an Error must not leave the client waiting either
      LOG.log(Level.ERROR, "failed to handle " + request, e);
      return Refusal.FAILED.response();
    }
  }

  private void answer(WireResponse response) {
    state = State.SENDING;
    startTimer(limits.send(), channel::close);
    write(response)
        .addListener(
            written -> {
              stopTimer();
              Arrays.fill(response.body(), (byte) 0); // it may have been a plaintext key
              if (written.isSuccess() && keepAlive) {
                awaitRequest();
              } else {
                channel.close();
              }
            });
  }

  /// Answers without a handler, then drops what the client still sends for a moment and closes.
  private void refuse(Refusal refusal) {
    state = State.REFUSED;
    keepAlive = false;
    body.release();
    write(refusal.response()).addListener(written -> channel.shutdownOutput());
    startTimer(LINGER, channel::close);
    channel.read();
  }

  private ChannelFuture write(WireResponse response) {
    DefaultFullHttpResponse message =
        new DefaultFullHttpResponse(
            VERSION,
            HttpResponseStatus.valueOf(response.status()),
            Unpooled.wrappedBuffer(response.body()));
    response
        .headers()
        .names()
        .forEach(name -> message.headers().add(name, response.headers().all(name)));
    message
        .headers()
        .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(clock.instant())))
        .set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    boolean oldClient = head != null && !head.protocolVersion().isKeepAliveDefault();
    if (!keepAlive) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (oldClient) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    return channel.writeAndFlush(message);
  }

  /// The request that has arrived, or null if its target is not one that a server is asked for.
  private @Nullable WireRequest request() {
    HttpRequest received = Objects.requireNonNull(head);
    String target = received.uri();
    int authority = target.indexOf("://");
    if (!target.startsWith("/") && authority > 0) {
      int path = target.indexOf('/', authority + 3);
      target = path < 0 ? "/" : target.substring(path);
    }
    if (!target.startsWith("/")) {
      return null;
    }
    int question = target.indexOf('?');
    Headers.Builder headers = Headers.builder();
    received.headers().forEach(line -> headers.add(line.getKey(), line.getValue()));
    return new WireRequest(
        received.method().name(),
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        headers.build(),
        body.toByteArray(),
        peerIp());
  }

  private String peerIp() {
    return channel.remoteAddress() == null
        ? "unknown"
        : channel.remoteAddress().getAddress().getHostAddress();
  }

  private void startTimer(Duration limit, Runnable action) {
    stopTimer();
    timer = channel.eventLoop().schedule(action, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
