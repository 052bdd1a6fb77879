package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.json.Json;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The aliases of all keys, with an index from each key to its own.
///
/// An alias is added to a key only in a commit that insists on the key's record, so a key that is
/// pending deletion gets no new ones. Thread-safe.
final class AliasTable {
  /// AWS's quota.
  static final int MAX_ALIASES_A_KEY = 50;

  private static final String ALIASES = "kms/alias/";
  private static final String INDEX = "kms/alias-of/";

  private final MetadataStore store;

  AliasTable(MetadataStore store) {
    this.store = store;
  }

  Optional<Alias> find(String region, String accountId, AliasName name) {
    KeyLocation.checkScope(region, accountId);
    return store
        .get(aliasKey(region, accountId, name))
        .map(bytes -> read(region, accountId, name, bytes));
  }

  /// The aliases of an account in a region, in the order of their names.
  List<Alias> list(String region, String accountId, @Nullable String afterSegment, int limit) {
    KeyLocation.checkScope(region, accountId);
    String prefix = ALIASES + region + "/" + accountId + "/";
    List<Alias> aliases = new ArrayList<>();
    for (Entry entry : store.scan(prefix, after(prefix, afterSegment), limit)) {
      AliasName name = AliasName.ofSegment(entry.key().substring(prefix.length()));
      aliases.add(read(region, accountId, name, entry.value()));
    }
    return aliases;
  }

  /// The aliases of one key, in the order of their names.
  List<Alias> listOf(KeyLocation target, @Nullable String afterSegment, int limit) {
    String prefix = indexPrefix(target);
    List<Alias> aliases = new ArrayList<>();
    for (Entry entry : store.scan(prefix, after(prefix, afterSegment), limit)) {
      AliasName name = AliasName.ofSegment(entry.key().substring(prefix.length()));
      find(target.region(), target.accountId(), name).ifPresent(aliases::add);
    }
    return aliases;
  }

  /// Adds an alias to `batch`, on the condition that there is none of this name.
  void insert(Batch batch, Alias alias) {
    batch.expectAbsent(aliasKey(alias)).put(aliasKey(alias), write(alias));
    batch.put(indexKey(alias), new byte[0]);
  }

  /// Replaces an alias in `batch`, on the condition that it still is as it was.
  void replace(Batch batch, Alias before, Alias after) {
    batch.expect(aliasKey(before), write(before)).put(aliasKey(after), write(after));
    batch.delete(indexKey(before)).put(indexKey(after), new byte[0]);
  }

  /// Removes an alias in `batch`, on the condition that it still is as it was.
  void remove(Batch batch, Alias alias) {
    batch.expect(aliasKey(alias), write(alias)).delete(aliasKey(alias));
    batch.delete(indexKey(alias));
  }

  void removeAll(Batch batch, KeyLocation target) {
    // Racing calls may pass the quota by a few, so this does not count on it.
    for (Alias alias : listOf(target, null, MetadataStore.MAX_SCAN_ENTRIES)) {
      remove(batch, alias);
    }
  }

  private static byte[] write(Alias alias) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", alias.target().keyId());
    fields.put("created", alias.created().toString());
    fields.put("updated", alias.updated().toString());
    return Json.write(fields).getBytes(UTF_8);
  }

  private static Alias read(String region, String accountId, AliasName name, byte[] bytes) {
    Map<String, @Nullable Object> fields = Json.readObject(new String(bytes, UTF_8));
    return new Alias(
        name,
        new KeyLocation(region, accountId, String.valueOf(fields.get("key"))),
        Instant.parse(String.valueOf(fields.get("created"))),
        Instant.parse(String.valueOf(fields.get("updated"))));
  }

  private static @Nullable String after(String prefix, @Nullable String segment) {
    return segment == null ? null : prefix + segment;
  }

  private static String aliasKey(Alias alias) {
    return aliasKey(alias.target().region(), alias.target().accountId(), alias.name());
  }

  private static String aliasKey(String region, String accountId, AliasName name) {
    return ALIASES + region + "/" + accountId + "/" + name.segment();
  }

  private static String indexPrefix(KeyLocation target) {
    return INDEX + target.path() + "/";
  }

  private static String indexKey(Alias alias) {
    return indexPrefix(alias.target()) + alias.name().segment();
  }
}
