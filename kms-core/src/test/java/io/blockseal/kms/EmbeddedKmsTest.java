package io.blockseal.kms;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import java.nio.file.Path;

final class EmbeddedKmsTest extends KmsApiContract {
  @Override
  MetadataStore newStore(Path home) {
    return new InMemoryMetadataStore();
  }
}
