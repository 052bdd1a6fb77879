package io.blockseal.iam;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.sigv4.AccessKey;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.kms.hsm.RootOfTrust;
import io.blockseal.meta.Batch;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessKeysTest {
  private static final String ACCOUNT = "111122223333";

  @TempDir Path directory;

  private final MetadataStore store = new InMemoryMetadataStore();
  private RootOfTrust root;
  private Hsm hsm;
  private Accounts accounts;
  private AccessKeys keys;

  @BeforeEach
  void open() throws IOException {
    root = KeyFileRoot.create(directory.resolve("root.key"), new SecureRandom());
    hsm = new Hsm(root, new SecureRandom());
    hsm.loadDomainKey(AccessKeys.SEALING_DOMAIN, hsm.newDomainKey(AccessKeys.SEALING_DOMAIN));
    accounts = new Accounts(store);
    accounts.create(ACCOUNT);
    keys = new AccessKeys(store, accounts, hsm, new SecureRandom(), InstantSource.system());
  }

  @AfterEach
  void close() {
    hsm.close();
    root.close();
    store.close();
  }

  @Test
  void findsTheKeyThatItMade() {
    AccessKey made = keys.create(ACCOUNT);
    assertThat(made.accessKeyId()).matches("AKIA[A-Z2-7]{16}");
    assertThat(made.secretAccessKey()).matches("[A-Za-z0-9+/]{40}");
    assertThat(made.principalArn()).isEqualTo("arn:aws:iam::111122223333:root");
    assertThat(made.principalId()).isEqualTo(ACCOUNT);
    assertThat(made.active()).isTrue();
    assertThat(keys.find(made.accessKeyId())).contains(made);
    assertThat(keys.create(ACCOUNT)).isNotEqualTo(made);
  }

  @Test
  void findsNothingForIdsThatCannotBe() {
    for (String id : new String[] {"", "AKIA", "AKIAAAAAAAAAAAAAAAAA", "../x", "akia\n"}) {
      assertThat(keys.find(id)).isEmpty();
    }
  }

  @Test
  void neverStoresASecretInTheClear() {
    String secret = keys.create(ACCOUNT).secretAccessKey();
    assertThat(store.scan("", null, 100))
        .noneMatch(entry -> new String(entry.value(), ISO_8859_1).contains(secret));
  }

  @Test
  void stopsAKeyAtOnce() {
    AccessKey made = keys.create(ACCOUNT);
    assertThat(keys.setActive(made.accessKeyId(), false)).isTrue();
    assertThat(keys.find(made.accessKeyId()))
        .hasValueSatisfying(key -> assertThat(key.active()).isFalse());
    assertThat(keys.list(ACCOUNT))
        .containsExactly(new AccessKeys.Description(made.accessKeyId(), ACCOUNT, false));
    keys.setActive(made.accessKeyId(), true);
    assertThat(keys.find(made.accessKeyId())).contains(made);
    keys.delete(made.accessKeyId());
    assertThat(keys.find(made.accessKeyId())).isEmpty();
    assertThat(keys.setActive(made.accessKeyId(), true)).isFalse();
  }

  @Test
  void refusesASecretThatWasMovedToAnotherKey() {
    AccessKey one = keys.create(ACCOUNT);
    AccessKey other = keys.create(ACCOUNT);
    store.commit(
        Batch.begin()
            .put(
                "iam/access-key/" + one.accessKeyId(),
                store.get("iam/access-key/" + other.accessKeyId()).orElseThrow()));
    assertThatThrownBy(() -> keys.find(one.accessKeyId()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void needsAnAccount() {
    assertThatThrownBy(() -> keys.create("444455556666"))
        .hasMessage("there is no account 444455556666");
    assertThatThrownBy(() -> accounts.create("12"))
        .hasMessage("account id \"12\", it must have 12 digits");
    accounts.create(ACCOUNT);
    accounts.create("000000000001");
    assertThat(accounts.list()).containsExactly("000000000001", ACCOUNT);
  }
}
