package io.blockseal.fuse;

import io.blockseal.fuse.kernel.FuseDevice;
import io.blockseal.fuse.kernel.FuseExchange;
import io.blockseal.fuse.kernel.FuseMount;
import io.blockseal.fuse.kernel.KernelGreeting;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mount that speaks the kernel's protocol itself, without any library.
///
/// Each thread reads requests from a descriptor of its own into a buffer of its own, does the work,
/// and writes the answer from there; nothing is handed from one thread to another.
///
/// Thread-safe.
final class KernelFuseTransport implements FuseTransport {
  /// The most that kernels allow by default. The kernel sends the requests of one caller's direct
  /// transfer one after the other, so that fewer are faster; [LongRequests] spreads the work. See
  /// `docs/adr/0006-kernel-protocol-transport.md`.
  static final int MAX_REQUEST_BYTES = 1024 * 1024;

  /// How far the kernel may read ahead.
  private static final int READ_AHEAD_KIB = 1024;

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  private enum State {
    SERVING,
    CLOSED
  }

  private final ServedMount mount;
  private final Readers readers = Readers.ofThisMachine();
  private final List<FuseExchange> exchanges = new ArrayList<>();
  private State state = State.SERVING;

  private KernelFuseTransport(ServedMount mount) {
    this.mount = mount;
  }

  /// Mounts `files` as `settings` say.
  ///
  /// @throws io.blockseal.fuse.kernel.UnsupportedKernelException if another transport may do
  static FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException {
    Path place = MountPoint.prepare(settings.mountPoint()).path();
    FileOwner owner = FileOwner.current();
    var how =
        new FuseMount(
            StaleMounts.SOURCE,
            StaleMounts.SUBTYPE,
            owner.uid(),
            owner.gid(),
            FuseMount.maxRequestBytes(MAX_REQUEST_BYTES));
    FuseDevice device = how.at(place);
    KernelFuseTransport transport;
    try {
      transport =
          new KernelFuseTransport(
              ServedMount.at(place).orElseThrow(() -> ServedMount.notShown(place)));
    } catch (IOException e) {
      try (device) {
        throw e; // a mount whose last descriptor is closed is dead, and cleared by the next start
      }
    }
    transport.exchanges.add(new FuseExchange(device, how.maxRequestBytes()));
    try {
      KernelGreeting greeting = how.greet(device, READ_AHEAD_KIB * 1024);
      transport.openDoors(device, settings.threads(), how.maxRequestBytes());
      transport.serve(new KernelOperations(files, owner, greeting.mapsDirectFiles()));
    } catch (IOException | RuntimeException | Error e) {
      try (transport) {
        throw e;
      }
    }
    return transport;
  }

  /// A door and a buffer for each thread. Users who may not open the device share the first one.
  private void openDoors(FuseDevice device, int count, int maxRequestBytes) {
    while (exchanges.size() < count) {
      FuseDevice door = device;
      try {
        door = device.another();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "threads share a descriptor: {0}", e.getMessage());
      }
      exchanges.add(new FuseExchange(door, maxRequestBytes));
    }
  }

  private void serve(KernelOperations operations) {
    mount.widenReadAhead(READ_AHEAD_KIB);
    List<Runnable> loops = new ArrayList<>();
    for (FuseExchange exchange : exchanges) {
      loops.add(() -> serve(operations, exchange));
    }
    mount.start(loops);
  }

  private void serve(KernelOperations operations, FuseExchange exchange) {
    readers.join();
    try {
      while (readers.receive(exchange)) {
        operations.answer(exchange);
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "a FUSE thread gave up; the others go on", e);
    } finally {
      readers.leave();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    try (readers) {
      mount.close();
    }
    IOException first = null;
    for (FuseExchange exchange : exchanges) {
      try {
        exchange.close();
      } catch (IOException e) {
        if (first == null) {
          first = e;
          continue;
        }
        first.addSuppressed(e);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
