package io.blockseal.iam;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The accounts of this installation. Each has a root user. Thread-safe.
public final class Accounts {
  private static final String PREFIX = "iam/account/";
  private static final int PAGE_ENTRIES = 1000;
  private static final Pattern ACCOUNT_ID = Pattern.compile("\\d{12}");

  private final MetadataStore store;

  public Accounts(MetadataStore store) {
    this.store = store;
  }

  /// Makes an account, unless it is there already.
  ///
  /// @throws IllegalArgumentException if the id is not twelve digits
  public void create(String accountId) {
    checkId(accountId);
    // The value is a version for what may be kept about an account some day.
    store.commit(
        Batch.begin()
            .expectAbsent(PREFIX + accountId)
            .put(PREFIX + accountId, "1".getBytes(UTF_8)));
  }

  public boolean exists(String accountId) {
    return ACCOUNT_ID.matcher(accountId).matches() && store.get(PREFIX + accountId).isPresent();
  }

  /// All accounts, in the order of their ids.
  public List<String> list() {
    List<String> ids = new ArrayList<>();
    String after = null;
    List<Entry> page;
    do {
      page = store.scan(PREFIX, after, PAGE_ENTRIES);
      for (Entry entry : page) {
        ids.add(entry.key().substring(PREFIX.length()));
        after = entry.key();
      }
    } while (page.size() == PAGE_ENTRIES);
    return List.copyOf(ids);
  }

  /// The ARN of an account's root user.
  public static String rootArn(String accountId) {
    checkId(accountId);
    return PrincipalPattern.rootArn(accountId);
  }

  private static void checkId(String accountId) {
    if (!ACCOUNT_ID.matcher(accountId).matches()) {
      throw new IllegalArgumentException(
          "account id \"" + accountId + "\", it must have 12 digits");
    }
  }
}
