package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.kms.blob.CiphertextBlob;
import io.blockseal.kms.blob.EncryptionContext;
import io.blockseal.kms.hsm.AuthenticationFailedException;
import io.blockseal.kms.hsm.BackingKey;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.HsmCiphertext;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import java.util.List;
import java.util.Optional;

/// The material of KMS keys: keeps the exported key tokens and has the HSM use them.
///
/// Under `kms/material/<region>/<account>/<key>/` lies a token for every generation of the key and
/// nowhere else; `kms/material-owner/<region>/<backing key>` says which key a ciphertext belongs
/// to. Thread-safe.
final class KeyMaterials {
  private static final String OWNERS = "kms/material-owner/";

  /// Tokens read last, so that a busy key costs no metadata read for its token.
  private static final int MAX_REMEMBERED = 1024;

  private final MetadataStore store;
  private final DomainKeys domainKeys;
  private final Hsm hsm;
  private final RecentlyUsed<String, BackingKey> remembered = new RecentlyUsed<>(MAX_REMEMBERED);

  KeyMaterials(MetadataStore store, DomainKeys domainKeys) {
    this.store = store;
    this.domainKeys = domainKeys;
    hsm = domainKeys.hsm();
  }

  /// Makes a backing key for the KMS key at `location`; it lasts once [#insert] was committed.
  BackingKey create(KeyLocation location) {
    domainKeys.ensure(location.region());
    return hsm.newBackingKey(location.region(), location.arn());
  }

  static void insert(Batch batch, KeyLocation location, BackingKey key) {
    batch
        .expectAbsent(ownerKey(location.region(), key.id()))
        .put(ownerKey(location.region(), key.id()), location.path().getBytes(UTF_8))
        .put(location.materialKey(key.id()), key.token());
  }

  /// Wipes a backing key whose commit did not happen.
  void discard(BackingKey key) {
    hsm.destroy(key);
  }

  /// The KMS key that a backing key belongs to; empty if there is none in `region`.
  Optional<KeyLocation> ownerOf(String region, String backingKeyId) {
    return store
        .get(ownerKey(region, backingKeyId))
        .map(path -> KeyLocation.ofPath(new String(path, UTF_8)));
  }

  CiphertextBlob encrypt(KeyRecord key, SecretBytes plaintext, EncryptionContext context) {
    BackingKey backingKey = backingKey(key.location(), key.currentMaterial().id());
    HsmCiphertext sealed = hsm.encrypt(backingKey, plaintext, context.canonicalBytes());
    return new CiphertextBlob(
        backingKey.idBytes(), sealed.nonce(), sealed.iv(), sealed.ciphertextAndTag());
  }

  SecretBytes decrypt(KeyRecord key, CiphertextBlob blob, EncryptionContext context)
      throws AuthenticationFailedException {
    return hsm.decrypt(
        backingKey(key.location(), blob.backingKeyId()),
        new HsmCiphertext(blob.nonce(), blob.iv(), blob.ciphertextAndTag()),
        context.canonicalBytes());
  }

  SecretBytes random(int lengthBytes) {
    return hsm.random(lengthBytes);
  }

  /// Destroys the material of a key for good; see [KeyDestruction]. Repeating it is harmless.
  void destroy(KeyLocation location, List<String> backingKeyIds) {
    Batch owners = Batch.begin();
    for (String id : backingKeyIds) {
      store
          .get(location.materialKey(id))
          .ifPresent(
              token -> hsm.destroy(BackingKey.of(id, location.region(), location.arn(), token)));
      remembered.remove(id);
      owners.delete(ownerKey(location.region(), id));
    }
    store.commit(owners);
    store.erase(location.materialPrefix());
  }

  private BackingKey backingKey(KeyLocation location, String id) {
    BackingKey known = remembered.get(id);
    if (known != null && known.owner().equals(location.arn())) {
      return known;
    }
    byte[] token =
        store
            .get(location.materialKey(id))
            .orElseThrow(() -> KmsFailures.noSuchKey(location.arn()));
    BackingKey key = BackingKey.of(id, location.region(), location.arn(), token);
    remembered.put(id, key);
    return key;
  }

  private static String ownerKey(String region, String backingKeyId) {
    return OWNERS + region + "/" + backingKeyId;
  }
}
