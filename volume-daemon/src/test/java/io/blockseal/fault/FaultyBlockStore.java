package io.blockseal.fault;

import io.blockseal.fault.Call.Sort;
import io.blockseal.volume.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One opened file of [FaultyVolumeFiles]. Thread-safe.
final class FaultyBlockStore implements BlockStore {
  private static final int SECTOR_BYTES = 512;

  private final BlockStore store;
  private final String name;
  private final FaultPlan plan;
  private final Consumer<Fault> whenSyncFails;

  FaultyBlockStore(BlockStore store, String name, FaultPlan plan, Consumer<Fault> whenSyncFails) {
    this.store = store;
    this.name = name;
    this.plan = plan;
    this.whenSyncFails = whenSyncFails;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    pass(call(Sort.READ, "read", offset, target.remaining()));
    store.read(offset, target);
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    Call call = call(Sort.WRITE, "write", offset, source.remaining());
    Fault fault = plan.next(call);
    if (fault == null) {
      store.write(offset, source);
      return;
    }
    int length = source.remaining();
    switch (fault) {
      case SHORT_WRITE -> {
        plan.strike(name, offset, length);
        int sectors = Math.max(1, length / SECTOR_BYTES / 2);
        int part = Math.min(length, sectors * SECTOR_BYTES);
        store.write(offset, source.duplicate().limit(source.position() + part));
        throw FaultyVolumeFiles.failure(fault, call.toString());
      }
      case TORN_UNIT -> {
        plan.strike(name, offset, length);
        for (int at = 0; at < length; at += 2 * SECTOR_BYTES) {
          int end = Math.min(length, at + SECTOR_BYTES);
          store.write(
              offset + at,
              source.duplicate().limit(source.position() + end).position(source.position() + at));
        }
        source.position(source.limit());
      }
      case MISDIRECTED -> {
        plan.strike(name, offset, length);
        plan.strike(name, offset + plan.shiftBytes(), length);
        store.write(offset + plan.shiftBytes(), source);
      }
      case DEATH_AFTER -> {
        store.write(offset, source);
        throw new Killed();
      }
      default -> throw FaultyVolumeFiles.failure(fault, call.toString());
    }
  }

  @Override
  public void sync(boolean dataOnly) throws IOException {
    passSync("sync");
    store.sync(dataOnly);
  }

  @Override
  public void dropCached() throws IOException {
    passSync("dropCached");
    store.dropCached();
  }

  @Override
  public void punchHole(long offset, long lengthBytes) throws IOException {
    Call call = call(Sort.CHANGE, "punchHole", offset, lengthBytes);
    Fault fault = pass(call);
    store.punchHole(offset, fault == null ? lengthBytes : lengthBytes / 2);
    if (fault != null) {
      plan.strike(name, offset, lengthBytes);
      throw FaultyVolumeFiles.failure(fault, call.toString());
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    pass(call(Sort.READ, "nextData", offset, 0));
    return store.nextData(offset);
  }

  @Override
  public long sizeBytes() throws IOException {
    pass(call(Sort.READ, "sizeBytes", -1, 0));
    return store.sizeBytes();
  }

  @Override
  public void resize(long sizeBytes) throws IOException {
    Call call = call(Sort.CHANGE, "resize", sizeBytes, 0);
    Fault fault = pass(call);
    store.resize(sizeBytes);
    if (fault != null) {
      throw FaultyVolumeFiles.failure(fault, call.toString());
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private Call call(Sort sort, String method, long offset, long lengthBytes) {
    return new Call(name, sort, method, offset, lengthBytes, "");
  }

  private void passSync(String method) throws IOException {
    Call call = call(Sort.SYNC, method, -1, 0);
    Fault fault = plan.next(call);
    if (fault != null) {
      if (fault.failsSync()) {
        whenSyncFails.accept(fault);
      }
      throw FaultyVolumeFiles.failure(fault, call.toString());
    }
  }

  /// @return not null if the call is to be done, in part if it can, and to fail then
  private @Nullable Fault pass(Call call) throws IOException {
    Fault fault = plan.next(call);
    if (fault == null || fault == Fault.SHORT_WRITE) {
      return fault;
    }
    throw FaultyVolumeFiles.failure(fault, call.toString());
  }
}
