package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.lang.System.Logger.Level;
import java.util.List;

/// The end of a key.
///
/// First one commit takes the record away, with its aliases, and leaves an intent with the ids of
/// the backing keys: from here on nobody finds the key. Then grants go, plaintext copies in the HSM
/// are wiped, and the tokens are erased. Only then the intent goes; after a crash, or if something
/// of that fails, the rest is repeated.
///
/// What is true afterwards: no file of the metadata store contains a token of the key any more,
/// since [MetadataStore#erase] rewrites the files that did. Not true is that the disk forgets:
/// freed blocks, flash cells, file system snapshots and backups may keep old bytes for as long as
/// they like. Those bytes are ciphertext under the domain key and the root of trust, and useless to
/// whoever lacks the root; whoever has it and an old copy of the metadata has the key back.
final class KeyDestruction {
  static final String INTENTS = "kms/destroying/";
  private static final System.Logger LOG = System.getLogger(KeyDestruction.class.getName());
  private static final int MAX_INTENTS_A_PAGE = 100;

  private final MetadataStore store;
  private final KeyTable keys;
  private final KeyMaterials materials;
  private final AliasTable aliases;
  private final GrantTable grants;

  KeyDestruction(
      MetadataStore store,
      KeyTable keys,
      KeyMaterials materials,
      AliasTable aliases,
      GrantTable grants) {
    this.store = store;
    this.keys = keys;
    this.materials = materials;
    this.aliases = aliases;
    this.grants = grants;
  }

  /// Destroys a key whose record is still the one given.
  ///
  /// @return whether this call took the record away
  boolean destroy(KeyRecord key) {
    List<String> ids = key.materials().stream().map(KeyMaterial::id).toList();
    boolean removed =
        keys.remove(
            key,
            (batch, record) -> {
              aliases.removeAll(batch, record.location());
              batch.put(record.location().destructionKey(), String.join("\n", ids).getBytes(UTF_8));
            });
    if (removed) {
      finish(key.location(), ids);
    }
    return removed;
  }

  /// Repeats what a crash or a failure has left undone.
  void resume() {
    String after = null;
    List<Entry> page;
    do {
      page = store.scan(INTENTS, after, MAX_INTENTS_A_PAGE);
      for (Entry intent : page) {
        after = intent.key();
        finish(
            KeyLocation.ofPath(after.substring(INTENTS.length())),
            new String(intent.value(), UTF_8).lines().toList());
      }
    } while (page.size() == MAX_INTENTS_A_PAGE);
  }

  /// Does the rest, or leaves it to the next [#resume]: what cannot be erased now must not keep
  /// other keys, and other callers, waiting.
  private void finish(KeyLocation location, List<String> backingKeyIds) {
    try {
      grants.removeAll(location);
      materials.destroy(location, backingKeyIds);
      store.commit(Batch.begin().delete(location.destructionKey()));
      LOG.log(Level.INFO, "the material of {0} is destroyed", location.arn());
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR,
          () ->
              "the material of %s is not destroyed yet; it is tried again"
                  .formatted(location.arn()),
          e);
    }
  }
}
