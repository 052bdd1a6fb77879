package io.blockseal.fault;

import io.blockseal.fault.Call.Sort;
import io.blockseal.snapshot.ChunkDigest;
import io.blockseal.snapshot.ChunkStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A chunk store whose calls go wrong as a plan says. Thread-safe.
public final class FaultyChunkStore implements ChunkStore {
  private final ChunkStore store;
  private final FaultPlan plan;

  public FaultyChunkStore(ChunkStore store) {
    this(store, new FaultPlan());
  }

  public FaultyChunkStore(ChunkStore store, FaultPlan plan) {
    this.store = store;
    this.plan = plan;
  }

  public FaultPlan faults() {
    return plan;
  }

  /// Lets `puts` pass and fails all later ones.
  public void failPutsAfter(long puts) {
    plan.arm(Fault.ENOSPC, puts + 1, FaultPlan.Span.ONWARDS, call -> call.is("put"));
  }

  /// Lets `puts` pass and blocks later ones of tasks (and not of writers).
  public void blockTasksAfter(long puts) {
    blockAfter(puts, "snapshot");
  }

  /// As [#blockTasksAfter], for one task only.
  public void blockTask(String snapshotId) {
    blockAfter(0, "snapshot " + snapshotId);
  }

  private void blockAfter(long puts, String threads) {
    plan.arm(
        Fault.HANG,
        puts + 1,
        FaultPlan.Span.ONWARDS,
        call -> call.is("put") && Thread.currentThread().getName().startsWith(threads));
  }

  @Override
  public boolean put(ChunkDigest digest, ByteBuffer stored) throws IOException {
    Call call = call(Sort.WRITE, "put", digest.hex());
    Fault fault = plan.next(call);
    if (fault == null) {
      return store.put(digest, stored);
    }
    return switch (fault) {
      case TORN_UNIT -> store.put(digest, torn(stored));
      case MISDIRECTED -> store.put(ChunkDigest.of(torn(stored)), stored);
      default -> {
        if (fault == Fault.SHORT_WRITE) {
          store.put(digest, stored);
        }
        throw FaultyVolumeFiles.failure(fault, call.toString());
      }
    };
  }

  @Override
  public void get(ChunkDigest digest, ByteBuffer target) throws IOException {
    pass(call(Sort.READ, "get", digest.hex()));
    store.get(digest, target);
  }

  @Override
  public boolean contains(ChunkDigest digest) throws IOException {
    pass(call(Sort.READ, "contains", digest.hex()));
    return store.contains(digest);
  }

  @Override
  public boolean delete(ChunkDigest digest) throws IOException {
    Call call = call(Sort.CHANGE, "delete", digest.hex());
    Fault fault = plan.next(call);
    if (fault == null) {
      return store.delete(digest);
    }
    if (fault == Fault.SHORT_WRITE) {
      store.delete(digest);
    }
    throw FaultyVolumeFiles.failure(fault, call.toString());
  }

  @Override
  public void relieve() throws IOException {
    pass(call(Sort.SYNC, "relieve", ""));
    store.relieve();
  }

  @Override
  public void sync() throws IOException {
    pass(call(Sort.SYNC, "sync", ""));
    store.sync();
  }

  @Override
  public void forEach(Consumer<ChunkDigest> visitor) throws IOException {
    pass(call(Sort.READ, "forEach", ""));
    store.forEach(visitor);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private static ByteBuffer torn(ByteBuffer stored) {
    ByteBuffer torn = ByteBuffer.allocate(stored.remaining());
    torn.put(stored.duplicate()).flip();
    int half = torn.limit() / 2;
    for (int i = half; i < torn.limit(); i++) {
      torn.put(i, (byte) ~torn.get(i));
    }
    return torn;
  }

  private static Call call(Sort sort, String name, String what) {
    return new Call("chunks", sort, name, -1, 0, what);
  }

  private void pass(Call call) throws IOException {
    Fault fault = plan.next(call);
    if (fault != null) {
      throw FaultyVolumeFiles.failure(fault, call.toString());
    }
  }
}
