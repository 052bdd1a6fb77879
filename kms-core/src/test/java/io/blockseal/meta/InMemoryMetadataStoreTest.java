package io.blockseal.meta;

final class InMemoryMetadataStoreTest extends MetadataStoreContract {
  @Override
  MetadataStore newStore() {
    return new InMemoryMetadataStore();
  }
}
