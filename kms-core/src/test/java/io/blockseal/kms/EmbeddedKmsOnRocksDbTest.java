package io.blockseal.kms;

import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.RocksDbMetadataStore;
import java.io.IOException;
import java.nio.file.Path;

final class EmbeddedKmsOnRocksDbTest extends KmsApiContract {
  @Override
  MetadataStore newStore(Path home) throws IOException {
    return RocksDbMetadataStore.open(home);
  }
}
