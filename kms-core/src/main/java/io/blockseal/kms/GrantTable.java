package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The grants of all keys, with indexes by grantee and by retiring principal, and a count for each
/// key. A grant works from the moment of its commit. Thread-safe.
final class GrantTable {
  /// AWS's quota for customer managed keys; others have none there, and the same one here.
  static final int MAX_GRANTS_A_KEY = 50_000;

  private static final String GRANTS = "kms/grant/";
  private static final String BY_GRANTEE = "kms/grant-by-grantee/";
  private static final String BY_RETIRING = "kms/grant-by-retiring/";
  private static final String COUNTS = "kms/grant-count/";
  private static final int PAGE_ENTRIES = 1000;

  private final MetadataStore store;

  GrantTable(MetadataStore store) {
    this.store = store;
  }

  Optional<Grant> find(KeyLocation key, String grantId) {
    if (!isGrantId(grantId)) {
      return Optional.empty();
    }
    return store.get(grantKey(key, grantId)).map(bytes -> GrantFormat.read(key, grantId, bytes));
  }

  /// The grants of a key, in the order of their ids.
  List<Grant> list(KeyLocation key, @Nullable String afterId, int limit) {
    String prefix = GRANTS + key.path() + "/";
    List<Grant> grants = new ArrayList<>();
    for (Entry entry : store.scan(prefix, afterId == null ? null : prefix + afterId, limit)) {
      grants.add(GrantFormat.read(key, entry.key().substring(prefix.length()), entry.value()));
    }
    return grants;
  }

  /// The grants of a key for one grantee, in the order of their ids.
  List<Grant> listOf(KeyLocation key, String grantee, @Nullable String afterId, int limit) {
    String prefix = granteePrefix(key, grantee);
    List<Grant> grants = new ArrayList<>();
    for (Entry entry : store.scan(prefix, afterId == null ? null : prefix + afterId, limit)) {
      find(key, entry.key().substring(prefix.length())).ifPresent(grants::add);
    }
    return grants;
  }

  /// The grants in a region that one principal may retire, in the order of their ids.
  List<Grant> listRetirable(
      String region, String retiringPrincipal, @Nullable String afterId, int limit) {
    String prefix = retiringPrefix(region, retiringPrincipal);
    List<Grant> grants = new ArrayList<>();
    for (Entry entry : store.scan(prefix, afterId == null ? null : prefix + afterId, limit)) {
      KeyLocation key = KeyLocation.ofPath(new String(entry.value(), UTF_8));
      find(key, entry.key().substring(prefix.length())).ifPresent(grants::add);
    }
    return grants;
  }

  /// Whether some grant of the key lets `principal` do this.
  boolean allows(KeyLocation key, String principal, KeyOperation operation, RequestFacts facts) {
    GrantOperation wanted = operation.grant();
    if (wanted == null) {
      return false;
    }
    String after = null;
    for (List<Grant> page = listOf(key, principal, null, PAGE_ENTRIES);
        !page.isEmpty();
        page = listOf(key, principal, after, PAGE_ENTRIES)) {
      for (Grant grant : page) {
        Grant.ChildTerms child = facts.childGrant();
        boolean covered =
            child == null
                ? grant.allows(wanted, facts.encryptionContext())
                : grant.allowsChild(child);
        if (covered) {
          return true;
        }
        after = grant.id();
      }
    }
    return false;
  }

  /// Adds a grant to `batch`.
  void insert(Batch batch, Grant grant) {
    Optional<byte[]> count = store.get(countKey(grant.key()));
    int grown = number(count) + 1;
    if (grown > MAX_GRANTS_A_KEY) {
      throw new LimitExceededException(
          "%s has %d grants, the most that a key can have"
              .formatted(grant.key().arn(), MAX_GRANTS_A_KEY));
    }
    batch
        .expect(countKey(grant.key()), count)
        .put(countKey(grant.key()), Integer.toString(grown).getBytes(UTF_8))
        .expectAbsent(grantKey(grant.key(), grant.id()))
        .put(grantKey(grant.key(), grant.id()), GrantFormat.write(grant))
        .put(granteePrefix(grant.key(), grant.grantee()) + grant.id(), new byte[0]);
    String retiring = grant.retiringPrincipal();
    if (retiring != null) {
      batch.put(
          retiringPrefix(grant.key().region(), retiring) + grant.id(),
          grant.key().path().getBytes(UTF_8));
    }
  }

  /// Removes a grant.
  ///
  /// @return false if something has changed since it was read; the caller reads again
  boolean remove(Grant grant) {
    Optional<byte[]> count = store.get(countKey(grant.key()));
    Batch batch =
        Batch.begin()
            .expect(grantKey(grant.key(), grant.id()), GrantFormat.write(grant))
            .expect(countKey(grant.key()), count)
            .put(countKey(grant.key()), Integer.toString(number(count) - 1).getBytes(UTF_8));
    delete(batch, grant);
    return store.commit(batch);
  }

  /// Removes all grants of a key that is being destroyed and gets no new ones.
  void removeAll(KeyLocation key) {
    while (true) {
      List<Grant> page = list(key, null, PAGE_ENTRIES);
      if (page.isEmpty()) {
        store.commit(Batch.begin().delete(countKey(key)));
        return;
      }
      Batch batch = Batch.begin();
      page.forEach(grant -> delete(batch, grant));
      store.commit(batch);
    }
  }

  private static void delete(Batch batch, Grant grant) {
    batch
        .delete(grantKey(grant.key(), grant.id()))
        .delete(granteePrefix(grant.key(), grant.grantee()) + grant.id());
    String retiring = grant.retiringPrincipal();
    if (retiring != null) {
      batch.delete(retiringPrefix(grant.key().region(), retiring) + grant.id());
    }
  }

  private static boolean isGrantId(String text) {
    return text.matches("[0-9a-f]{64}");
  }

  private static int number(Optional<byte[]> count) {
    return count.map(value -> Integer.parseInt(new String(value, UTF_8))).orElse(0);
  }

  private static String grantKey(KeyLocation key, String grantId) {
    return GRANTS + key.path() + "/" + grantId;
  }

  private static String countKey(KeyLocation key) {
    return COUNTS + key.path();
  }

  private static String granteePrefix(KeyLocation key, String grantee) {
    return BY_GRANTEE + key.path() + "/" + digest(grantee) + "/";
  }

  private static String retiringPrefix(String region, String principal) {
    return BY_RETIRING + region + "/" + digest(principal) + "/";
  }

  /// A principal as one segment of a metadata key.
  private static String digest(String principal) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(principal.getBytes(UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 does not work in this JVM", e);
    }
  }
}
