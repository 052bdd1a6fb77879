package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;

/// Stores whose calls a test watches, delays or fails, one by one.
final class WatchedStores {
  static final int SIZE = 6 * CHUNK;

  /// What is done in the place of each call of a store.
  interface Around {
    Object call(VolumeFile file, String method, Object[] arguments, Call call) throws Throwable;
  }

  /// The call itself.
  interface Call {
    Object go() throws Throwable;
  }

  static VolumeFiles around(VolumeFiles files, Around around) {
    return (VolumeFiles)
        Proxy.newProxyInstance(
            WatchedStores.class.getClassLoader(),
            new Class<?>[] {VolumeFiles.class},
            (_, method, arguments) -> {
              try {
                Object answer = method.invoke(files, arguments);
                return answer instanceof BlockStore store
                    ? around((VolumeFile) arguments[0], store, around)
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  static BlockStore around(VolumeFile file, BlockStore store, Around around) {
    return (BlockStore)
        Proxy.newProxyInstance(
            WatchedStores.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (_, method, arguments) ->
                around.call(
                    file,
                    method.getName(),
                    arguments,
                    () -> {
                      try {
                        return method.invoke(store, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    }));
  }

  static Volume open(MemoryDisk disk, CipherSpec cipher, OpenOptions options, Around around)
      throws IOException {
    try (var key = Bench.keyFor(cipher)) {
      return VolumeOpening.open(
          around(disk.mount(), around),
          key,
          options.witnessedBy(Bench.witness(disk)),
          new SecureRandom(),
          Bench.SMALL_JOURNAL);
    }
  }

  static Volume openOn(VolumeFiles files, CipherSpec cipher) throws IOException {
    try (var key = Bench.keyFor(cipher)) {
      return VolumeOpening.open(
          files, key, OpenOptions.writable(), new SecureRandom(), Bench.SMALL_JOURNAL);
    }
  }

  private WatchedStores() {}
}
