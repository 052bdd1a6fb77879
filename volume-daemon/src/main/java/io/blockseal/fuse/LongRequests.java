package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Long reads and writes, done by the thread that serves them and by helpers that have nothing else
/// to do: each takes the next [#PIECE_BYTES] until none is left.
///
/// The kernel hands a long direct transfer of one caller to one thread at a time, while the other
/// processors idle; what takes its time, encrypting and copying to the file, needs no order.
///
/// Nobody waits for a helper that did not wake up in time: what it did not begin is done without
/// it. Thread-safe.
final class LongRequests implements Closeable {
  /// What a core encrypts without leaving its cache. Pieces begin at multiples of it, so no two of
  /// them share a unit.
  static final int PIECE_BYTES = 128 * 1024;

  /// Below that, waking a helper takes longer than it saves.
  static final int SHARED_FROM_BYTES = 2 * PIECE_BYTES;

  /// More would wait for the file's own lock.
  private static final int MAX_HELPERS = 3;

  private static final LongRequest.Work READ = BlockDevice::read;
  private static final LongRequest.Work WRITE = BlockDevice::write;

  private final Helper[] helpers;

  private LongRequests(int helperCount) {
    helpers = new Helper[helperCount];
    for (int i = 0; i < helperCount; i++) {
      helpers[i] = new Helper();
      Thread.ofPlatform().daemon().name("blockseal-helper-" + i).start(helpers[i]);
    }
  }

  /// With as many helpers as there are processors beside the one that serves.
  static LongRequests start() {
    return new LongRequests(Math.min(MAX_HELPERS, Runtime.getRuntime().availableProcessors() - 1));
  }

  /// With so many helpers.
  static LongRequests start(int helperCount) {
    return new LongRequests(helperCount);
  }

  /// [BlockDevice#read].
  void read(BlockDevice device, long offset, ByteBuffer target) throws IOException {
    if (target.remaining() < SHARED_FROM_BYTES || !share(READ, device, offset, target)) {
      device.read(offset, target);
    }
  }

  /// [BlockDevice#write].
  void write(BlockDevice device, long offset, ByteBuffer source) throws IOException {
    if (source.remaining() < SHARED_FROM_BYTES || !share(WRITE, device, offset, source)) {
      device.write(offset, source);
    }
  }

  /// Lets the helpers go. No request runs any more.
  @Override
  public void close() {
    for (Helper helper : helpers) {
      helper.stop();
    }
  }

  /// @return false if no helper is free; nothing is done then
  private boolean share(LongRequest.Work work, BlockDevice device, long offset, ByteBuffer bytes)
      throws IOException {
    LongRequest request = null;
    for (Helper helper : helpers) {
      if (helper.reserve()) {
        if (request == null) {
          request = helper.ownRequest();
          request.begin(work, device, offset, bytes);
        }
        helper.offer(request);
      }
    }
    if (request == null) {
      return false;
    }
    request.work(bytes);
    for (Helper helper : helpers) {
      helper.awaitOrRetract(request);
    }
    try {
      request.end(bytes);
    } finally {
      // From here on the request is somebody else's, so the one that owns it goes last: it was
      // reserved first.
      for (int i = helpers.length - 1; i >= 0; i--) {
        helpers[i].release(request);
      }
    }
    return true;
  }
}
