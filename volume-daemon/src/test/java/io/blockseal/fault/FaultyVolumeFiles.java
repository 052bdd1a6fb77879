package io.blockseal.fault;

import io.blockseal.fault.Call.Sort;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The files of a volume, whose calls go wrong as a plan says. Thread-safe.
public final class FaultyVolumeFiles implements VolumeFiles {
  private final VolumeFiles files;
  private final FaultPlan plan;
  private final BiConsumer<VolumeFile, Fault> whenSyncFails;

  /// @param whenSyncFails does with what waited for a sync that failed as the fault says
  public FaultyVolumeFiles(
      VolumeFiles files, FaultPlan plan, BiConsumer<VolumeFile, Fault> whenSyncFails) {
    this.files = files;
    this.plan = plan;
    this.whenSyncFails = whenSyncFails;
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public String bootId() throws IOException {
    return files.bootId();
  }

  @Override
  public boolean exists(VolumeFile file) throws IOException {
    return files.exists(file);
  }

  @Override
  public BlockStore open(VolumeFile file, Mode mode) throws IOException {
    Sort sort = mode == Mode.CREATE ? Sort.CHANGE : Sort.READ;
    Fault fault = failed(call(file, sort, "open"));
    BlockStore store = files.open(file, mode);
    if (fault != null) {
      store.close();
      throw failure(fault, file + " open");
    }
    return new FaultyBlockStore(
        store, file.name(), plan, suffered -> whenSyncFails.accept(file, suffered));
  }

  @Override
  public Optional<byte[]> load(VolumeFile file, long maxBytes) throws IOException {
    failed(call(file, Sort.READ, "load"));
    return files.load(file, maxBytes);
  }

  @Override
  public void replace(VolumeFile file, byte[] content) throws IOException {
    change(call(file, Sort.CHANGE, "replace"), () -> files.replace(file, content));
  }

  @Override
  public void delete(VolumeFile file) throws IOException {
    change(call(file, Sort.CHANGE, "delete"), () -> files.delete(file));
  }

  @Override
  public void syncNames() throws IOException {
    failed(new Call("names", Sort.SYNC, "syncNames", -1, 0, ""));
    files.syncNames();
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  /// What a change does if nothing goes wrong.
  interface Change {
    void apply() throws IOException;
  }

  private void change(Call call, Change change) throws IOException {
    Fault fault = failed(call);
    change.apply();
    if (fault != null) {
      throw failure(fault, call.toString());
    }
  }

  private static Call call(VolumeFile file, Sort sort, String name) {
    return new Call(file.name(), sort, name, -1, 0, "");
  }

  /// @return not null if the call is to be done and to fail then
  private @Nullable Fault failed(Call call) throws IOException {
    Fault fault = plan.next(call);
    if (fault == null || fault == Fault.SHORT_WRITE) {
      return fault;
    }
    throw failure(fault, call.toString());
  }

  static IOException failure(Fault fault, String what) {
    return switch (fault) {
      case DEATH, DEATH_AFTER -> throw new Killed();
      default -> new IOException("%s: %s, as the test wants it".formatted(what, fault.message()));
    };
  }
}
