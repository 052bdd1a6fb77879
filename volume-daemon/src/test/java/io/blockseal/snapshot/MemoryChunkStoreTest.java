package io.blockseal.snapshot;

class MemoryChunkStoreTest extends ChunkStoreContract {
  @Override
  ChunkStore open() {
    return new MemoryChunkStore();
  }

  @Override
  void damage(ChunkDigest digest) {
    ((MemoryChunkStore) store()).damage(digest);
  }
}
