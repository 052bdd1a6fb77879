package io.blockseal.volume.store;

final class MemoryBlockStoreTest extends BlockStoreContract {
  @Override
  BlockStore fresh() {
    return MemoryBlockStore.standalone();
  }
}
