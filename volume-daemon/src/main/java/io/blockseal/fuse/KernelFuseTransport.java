package io.blockseal.fuse;

import io.blockseal.fuse.kernel.DeviceExchange;
import io.blockseal.fuse.kernel.FuseDevice;
import io.blockseal.fuse.kernel.FuseExchange;
import io.blockseal.fuse.kernel.FuseMount;
import io.blockseal.fuse.kernel.KernelGreeting;
import io.blockseal.fuse.kernel.RingExchange;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mount that speaks the kernel's protocol itself, without any library.
///
/// Each thread reads requests from a descriptor of its own into a buffer of its own, does the work,
/// and writes the answer from there; nothing is handed from one thread to another. With rings, each
/// thread has an io_uring of its own instead, and two are left at the device for what still comes
/// through it.
///
/// Thread-safe.
final class KernelFuseTransport implements FuseTransport {
  /// The most that kernels allow by default. The kernel sends the requests of one caller's direct
  /// transfer one after the other, so that fewer are faster; [LongRequests] spreads the work. See
  /// `docs/adr/0006-kernel-protocol-transport.md`.
  static final int MAX_REQUEST_BYTES = 1024 * 1024;

  /// How far the kernel may read ahead.
  private static final int READ_AHEAD_KIB = 1024;

  /// Of the threads at the device if there are rings.
  private static final int BESIDE_RINGS = 2;

  /// Of the threads at each ring queue: one may wait for a disk, and another one serve meanwhile.
  private static final int MIN_PER_QUEUE = 2;

  private static final String NO_RINGS =
      "it needs Linux 6.14 or later, and Y in /sys/module/fuse/parameters/enable_uring";

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  private enum State {
    SERVING,
    CLOSED
  }

  private final ServedMount mount;
  private final Readers readers = Readers.ofThisMachine();
  private final List<DeviceExchange> exchanges = new ArrayList<>();
  private final List<RingExchange> ringExchanges = new ArrayList<>();
  private State state = State.SERVING;

  private KernelFuseTransport(ServedMount mount) {
    this.mount = mount;
  }

  /// Mounts `files` as `settings` say.
  ///
  /// @param rings whether requests are taken from io_urings if the kernel offers that
  /// @throws io.blockseal.fuse.kernel.UnsupportedKernelException if another transport may do
  static FuseTransport mount(FuseSettings settings, ExportedFiles files, boolean rings)
      throws IOException {
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
    transport.exchanges.add(new DeviceExchange(device, how.maxRequestBytes()));
    try {
      boolean haveRings = rings && transport.openRings(device, settings.threads(), how);
      KernelGreeting greeting = how.greet(device, READ_AHEAD_KIB * 1024, haveRings);
      if (rings && !(haveRings && greeting.offersRings())) {
        LOG.log(Level.WARNING, "serving without io_uring: {0}", NO_RINGS);
        transport.closeRings();
      }
      transport.openDoors(
          device,
          transport.ringExchanges.isEmpty() ? settings.threads() : BESIDE_RINGS,
          how.maxRequestBytes());
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
      exchanges.add(new DeviceExchange(door, maxRequestBytes));
    }
  }

  /// Twice as many as are asked for, shared among the queues: those of one cannot help at another.
  /// They are there before the kernel hears of them, since it then waits for them.
  ///
  /// @return whether the kernel makes them
  private boolean openRings(FuseDevice device, int threads, FuseMount how) throws IOException {
    try {
      int queues = RingExchange.queueCount();
      int each = Math.max(MIN_PER_QUEUE, Math.ceilDiv(2 * threads, queues));
      for (int i = 0; i < each * queues; i++) {
        ringExchanges.add(new RingExchange(device, i % queues, how.maxRequestBytes()));
      }
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, e.getMessage());
      return false;
    }
  }

  private void closeRings() throws IOException {
    close(ringExchanges);
    ringExchanges.clear();
  }

  private void serve(KernelOperations operations) {
    mount.widenReadAhead(READ_AHEAD_KIB);
    List<Runnable> loops = new ArrayList<>();
    for (RingExchange exchange : ringExchanges) {
      loops.add(
          () -> {
            exchange.stayAtQueue();
            serveAlone(operations, exchange);
          });
    }
    for (DeviceExchange exchange : exchanges) {
      loops.add(() -> serve(operations, exchange));
    }
    mount.start(loops);
  }

  private void serve(KernelOperations operations, DeviceExchange exchange) {
    readers.join();
    try {
      while (readers.receive(exchange)) {
        operations.answer(exchange);
      }
    } catch (IOException e) {
      gaveUp(e);
    } finally {
      readers.leave();
    }
  }

  private static void serveAlone(KernelOperations operations, RingExchange exchange) {
    try {
      while (exchange.receive()) {
        operations.answer(exchange);
      }
    } catch (IOException e) {
      gaveUp(e);
    }
  }

  private static void gaveUp(IOException e) {
    LOG.log(Level.ERROR, "a FUSE thread gave up; the others go on", e);
  }

  @Override
  public void checkSeen() throws IOException {
    mount.checkSeen();
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
    List<FuseExchange> all = new ArrayList<>(ringExchanges);
    all.addAll(exchanges);
    close(all);
  }

  private static void close(List<? extends FuseExchange> exchanges) throws IOException {
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
