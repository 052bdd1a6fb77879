package io.blockseal.iam;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.sigv4.AccessKey;
import io.blockseal.aws.sigv4.CredentialSource;
import io.blockseal.json.Json;
import io.blockseal.kms.hsm.AuthenticationFailedException;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The access keys of root users: who signs with which secret.
///
/// A secret is kept sealed by the HSM, bound to its key's id and account, and is unsealed for each
/// look-up, so that a key that was deleted or made inactive stops working at once. Thread-safe.
public final class AccessKeys implements CredentialSource {
  /// The domain whose key seals the secrets; it has to be loaded before this is used.
  public static final String SEALING_DOMAIN = "iam";

  private static final String PREFIX = "iam/access-key/";
  private static final String ID_PREFIX = "AKIA";
  private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int ID_RANDOM_CHARS = 16;
  private static final Pattern ID = Pattern.compile("[A-Z0-9]{16,128}");

  /// 30 bytes are 40 characters of base64.
  private static final int SECRET_BYTES = 30;

  private static final int PAGE_ENTRIES = 1000;
  private static final int MAX_KEYS_AN_ACCOUNT = 100;

  private final MetadataStore store;
  private final Accounts accounts;
  private final Hsm hsm;
  private final SecureRandom random;
  private final InstantSource clock;

  public AccessKeys(
      MetadataStore store, Accounts accounts, Hsm hsm, SecureRandom random, InstantSource clock) {
    this.store = store;
    this.accounts = accounts;
    this.hsm = hsm;
    this.random = random;
    this.clock = clock;
  }

  /// An access key as lists show it, without its secret.
  public record Description(String accessKeyId, String accountId, boolean active) {}

  /// Makes an access key for the root user of an account. The answer is the only one that shows the
  /// secret.
  ///
  /// @throws IllegalArgumentException if there is no such account, or it has 100 keys
  public AccessKey create(String accountId) {
    if (!accounts.exists(accountId)) {
      throw new IllegalArgumentException("there is no account " + accountId);
    }
    if (list(accountId).size() >= MAX_KEYS_AN_ACCOUNT) {
      throw new IllegalArgumentException(
          "account %s has %d access keys already".formatted(accountId, MAX_KEYS_AN_ACCOUNT));
    }
    String id = newId();
    byte[] drawn = new byte[SECRET_BYTES];
    random.nextBytes(drawn);
    byte[] text = Base64.getEncoder().encode(drawn);
    try (SecretBytes secret = SecretBytes.takeOver(text)) {
      byte[] sealed = hsm.seal(SEALING_DOMAIN, purpose(id, accountId), secret);
      Batch batch =
          Batch.begin().expectAbsent(PREFIX + id).put(PREFIX + id, write(accountId, true, sealed));
      if (!store.commit(batch)) {
        throw new IllegalStateException("a fresh access key id is taken: " + id);
      }
      return accessKey(id, accountId, true, secret);
    } finally {
      Arrays.fill(drawn, (byte) 0);
    }
  }

  @Override
  public Optional<AccessKey> find(String accessKeyId) {
    if (!ID.matcher(accessKeyId).matches()) {
      return Optional.empty();
    }
    return store.get(PREFIX + accessKeyId).map(bytes -> unseal(accessKeyId, Stored.read(bytes)));
  }

  /// The keys of one account, in the order of their ids.
  public List<Description> list(String accountId) {
    List<Description> found = new ArrayList<>();
    String after = null;
    List<Entry> page;
    do {
      page = store.scan(PREFIX, after, PAGE_ENTRIES);
      for (Entry entry : page) {
        after = entry.key();
        Stored stored = Stored.read(entry.value());
        if (stored.accountId.equals(accountId)) {
          found.add(new Description(after.substring(PREFIX.length()), accountId, stored.active));
        }
      }
    } while (page.size() == PAGE_ENTRIES);
    return List.copyOf(found);
  }

  /// Makes a key usable or not.
  ///
  /// @return whether there is such a key
  public boolean setActive(String accessKeyId, boolean active) {
    while (true) {
      Optional<byte[]> found =
          ID.matcher(accessKeyId).matches() ? store.get(PREFIX + accessKeyId) : Optional.empty();
      if (found.isEmpty()) {
        return false;
      }
      Stored stored = Stored.read(found.get());
      Batch batch =
          Batch.begin()
              .expect(PREFIX + accessKeyId, found.get())
              .put(PREFIX + accessKeyId, write(stored.accountId, active, stored.sealed));
      if (store.commit(batch)) {
        return true;
      }
    }
  }

  /// Deletes a key, if there is one.
  public void delete(String accessKeyId) {
    if (ID.matcher(accessKeyId).matches()) {
      store.commit(Batch.begin().delete(PREFIX + accessKeyId));
    }
  }

  private AccessKey unseal(String id, Stored stored) {
    try (SecretBytes secret =
        hsm.unseal(SEALING_DOMAIN, purpose(id, stored.accountId), stored.sealed)) {
      return accessKey(id, stored.accountId, stored.active, secret);
    } catch (AuthenticationFailedException e) {
      throw new IllegalStateException("the stored access key " + id + " is damaged", e);
    }
  }

  /// The secret leaves as text here: a signature is checked against its UTF-8.
  private static AccessKey accessKey(
      String id, String accountId, boolean active, SecretBytes secret) {
    return new AccessKey(
        id,
        secret.apply(bytes -> new String(bytes, US_ASCII)),
        null,
        accountId,
        Accounts.rootArn(accountId),
        accountId,
        active,
        null);
  }

  private byte[] write(String accountId, boolean active, byte[] sealed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("account", accountId);
    fields.put("active", active);
    fields.put("changed", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("secret", Base64.getEncoder().encodeToString(sealed));
    return Json.write(fields).getBytes(UTF_8);
  }

  private String newId() {
    StringBuilder id = new StringBuilder(ID_PREFIX);
    for (int i = 0; i < ID_RANDOM_CHARS; i++) {
      id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
    }
    return id.toString();
  }

  private static String purpose(String id, String accountId) {
    return "access-key/" + accountId + "/" + id;
  }

  private static final class Stored {
    private final String accountId;
    private final boolean active;
    private final byte[] sealed;

    private Stored(String accountId, boolean active, byte[] sealed) {
      this.accountId = accountId;
      this.active = active;
      this.sealed = sealed;
    }

    private static Stored read(byte[] bytes) {
      Map<String, @Nullable Object> fields = Json.readObject(new String(bytes, UTF_8));
      return new Stored(
          String.valueOf(fields.get("account")),
          Boolean.TRUE.equals(fields.get("active")),
          Base64.getDecoder().decode(String.valueOf(fields.get("secret"))));
    }
  }
}
