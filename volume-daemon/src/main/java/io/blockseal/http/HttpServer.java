package io.blockseal.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A listening HTTP/1.1 server. Thread-safe.
public final class HttpServer implements AutoCloseable {
  /// Event loops only parse and write; one is enough for a machine of a few cores, two leave one
  /// for the others while a TLS handshake is being worked out.
  private static final int EVENT_LOOPS = 2;

  /// Connections that the system completes while ours are at their limit.
  private static final int BACKLOG = 128;

  private final EventLoopGroup loops;
  private final Channel listener;
  private final Admission admission;
  private boolean closed;

  private HttpServer(EventLoopGroup loops, Channel listener, Admission admission) {
    this.loops = loops;
    this.listener = listener;
    this.admission = admission;
  }

  /// Starts a server that listens on `address` (port 0: any free one), with TLS if `tls` is given.
  /// `clock` is the wall clock, for the `Date` of answers.
  ///
  /// @throws IOException if the address cannot be had or the TLS files cannot be read
  public static HttpServer start(
      InetSocketAddress address, @Nullable TlsFiles tls, InstantSource clock, HttpHandler handler)
      throws IOException {
    return start(address, tls, clock, handler, HttpLimits.DEFAULT);
  }

  static HttpServer start(
      InetSocketAddress address,
      @Nullable TlsFiles tls,
      InstantSource clock,
      HttpHandler handler,
      HttpLimits limits)
      throws IOException {
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    SslContext ssl = tls == null ? null : sslContext(tls);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS, new DefaultThreadFactory("http-loop", true), NioIoHandler.newFactory());
    Admission admission = new Admission(limits);
    try {
      Channel listener =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.AUTO_READ, false)
              .handler(admission.gate())
              .childHandler(
                  pipeline(
                      ssl,
                      channel -> new HttpConnection(channel, handler, limits, admission, clock),
                      limits))
              .bind(address)
              .syncUninterruptibly()
              .channel();
      return new HttpServer(loops, listener, admission);
    } catch (Exception e) { // sync rethrows whatever bind met, checked exceptions included
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
      throw new IOException("cannot listen on " + text(address) + ": " + e.getMessage(), e);
    }
  }

  /// Where it listens, with the port that it really has.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Stops listening, lets the requests that have arrived finish for a bounded while, then closes
  /// every connection. Closing twice does nothing.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    listener.close().syncUninterruptibly();
    admission.drain();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static ChannelInitializer<SocketChannel> pipeline(
      @Nullable SslContext ssl,
      Function<SocketChannel, HttpConnection> connection,
      HttpLimits limits) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        if (ssl != null) {
          channel.pipeline().addLast(ssl.newHandler(channel.alloc()));
        }
        channel
            .pipeline()
            .addLast(
                new HttpServerCodec(
                    new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.requestLineBytes())
                        .setMaxHeaderSize(limits.headerBytes())))
            .addLast(connection.apply(channel));
      }
    };
  }

  private static SslContext sslContext(TlsFiles tls) throws IOException {
    try {
      return SslContextBuilder.forServer(tls.certificate().toFile(), tls.key().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (IOException | IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot use TLS certificate "
              + tls.certificate()
              + " with key "
              + tls.key()
              + ": "
              + cause.getMessage(),
          e);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
