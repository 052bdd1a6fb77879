package io.blockseal.daemon;

import io.blockseal.iam.AccessKeys;
import io.blockseal.iam.Accounts;
import io.blockseal.kms.DomainKeys;
import io.blockseal.kms.hsm.Argon2Cost;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.kms.hsm.PassphraseRoot;
import io.blockseal.kms.hsm.RootOfTrust;
import io.blockseal.kms.hsm.SecretFile;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.MetadataStoreFullException;
import io.blockseal.meta.RocksDbMetadataStore;
import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The metadata of a data directory and what unlocks the secrets in it: root of trust, HSM, domain
/// keys, accounts and their access keys.
///
/// Its parts are thread-safe. Whoever opens it holds the [InstanceLock].
final class Vault implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Vault.class.getName());

  /// No passphrase that anybody types or generates is longer.
  private static final int MAX_PASSPHRASE_FILE_BYTES = 4096;

  private static final int NEWLINE = '\n';
  private static final int RETURN = '\r';

  private final Resources resources;
  private final MetadataStore store;
  private final DomainKeys domainKeys;
  private final Accounts accounts;
  private final AccessKeys accessKeys;

  private Vault(Resources resources, RootOfTrust root, MetadataStore store, SecureRandom random)
      throws IOException {
    this.resources = resources;
    this.store = store;
    Hsm hsm = resources.add(new Hsm(root, random));
    domainKeys = DomainKeys.open(store, hsm);
    domainKeys.ensure(AccessKeys.SEALING_DOMAIN);
    accounts = new Accounts(store);
    accessKeys = new AccessKeys(store, accounts, hsm, random, InstantSource.system());
  }

  /// Makes the root of trust of a new data directory.
  ///
  /// @param passphraseFile null for a key file
  static Vault create(DataDirectory directory, @Nullable Path passphraseFile, SecureRandom random)
      throws IOException {
    Resources resources = new Resources();
    RootOfTrust root;
    if (passphraseFile == null) {
      root = KeyFileRoot.create(directory.rootKey(), random);
    } else {
      try (SecretBytes passphrase = passphrase(passphraseFile)) {
        root =
            PassphraseRoot.create(
                directory.rootPassphrase(), passphrase, Argon2Cost.RECOMMENDED, random);
      }
    }
    return open(directory, resources, root, random);
  }

  /// @param passphraseFile null if the root of trust is a key file
  static Vault open(DataDirectory directory, @Nullable Path passphraseFile, SecureRandom random)
      throws IOException {
    directory.requireInitialised();
    Resources resources = new Resources();
    RootOfTrust root;
    if (Files.exists(directory.rootKey())) {
      root = KeyFileRoot.open(directory.rootKey());
    } else if (passphraseFile == null) {
      throw new IOException(
          "the root of trust of %s is a passphrase; --passphrase-file names the file with it"
              .formatted(directory.path()));
    } else {
      try (SecretBytes passphrase = passphrase(passphraseFile)) {
        root = PassphraseRoot.open(directory.rootPassphrase(), passphrase);
      }
    }
    return open(directory, resources, root, random);
  }

  private static Vault open(
      DataDirectory directory, Resources resources, RootOfTrust root, SecureRandom random)
      throws IOException {
    resources.add(root);
    try {
      MetadataStore store = resources.add(metadata(directory));
      return new Vault(resources, root, store, random);
    } catch (IOException | RuntimeException e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  private static MetadataStore metadata(DataDirectory directory) throws IOException {
    MetadataReserve reserve = new MetadataReserve(directory.metadataReserve());
    try {
      MetadataStore store = RocksDbMetadataStore.open(directory.metadata());
      reserve.take();
      return store;
    } catch (MetadataStoreFullException e) {
      if (!reserve.release()) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "the disk of {0} is full; the metadata take what was kept for them: make room",
          directory.path());
      return RocksDbMetadataStore.open(directory.metadata());
    }
  }

  MetadataStore store() {
    return store;
  }

  DomainKeys domainKeys() {
    return domainKeys;
  }

  Accounts accounts() {
    return accounts;
  }

  AccessKeys accessKeys() {
    return accessKeys;
  }

  /// Closing twice does nothing.
  @Override
  public void close() throws Exception {
    resources.close();
  }

  /// What `file` holds, without the newline that editors end it with.
  private static SecretBytes passphrase(Path file) throws IOException {
    byte[] content = SecretFile.read(file, "passphrase file", MAX_PASSPHRASE_FILE_BYTES);
    try {
      int length = content.length;
      while (length > 0 && (content[length - 1] == NEWLINE || content[length - 1] == RETURN)) {
        length--;
      }
      return SecretBytes.takeOver(Arrays.copyOf(content, length));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }
}
