package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.AliasListEntry;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateAliasResponse;
import io.blockseal.aws.kms.DeleteAliasRequest;
import io.blockseal.aws.kms.DeleteAliasResponse;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListAliasesResponse;
import io.blockseal.aws.kms.UpdateAliasRequest;
import io.blockseal.aws.kms.UpdateAliasResponse;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CreateAlias, UpdateAlias, DeleteAlias, ListAliases.
///
/// The permission that AWS asks for on the alias itself is one of identity policies, which here
/// only root users have; the one on the key is asked for.
final class Aliases {
  private static final String LIST = "ListAliases";
  private static final int USUAL_PAGE = 50;
  private static final int MAX_PAGE = 100;

  private final MetadataStore store;
  private final KeyAccess access;
  private final AliasTable aliases;
  private final KeyCalendar calendar;
  private final InstantSource clock;

  Aliases(
      MetadataStore store,
      KeyAccess access,
      AliasTable aliases,
      KeyCalendar calendar,
      InstantSource clock) {
    this.store = store;
    this.access = access;
    this.aliases = aliases;
    this.calendar = calendar;
    this.clock = clock;
  }

  CreateAliasResponse create(Caller caller, CreateAliasRequest request) {
    AliasName name = AliasName.ofNewAlias(request.aliasName());
    Instant now = now();
    access.change(
        caller,
        request.targetKeyId(),
        KeyOperation.CREATE_ALIAS,
        RequestFacts.NONE,
        key -> key,
        (batch, key) -> {
          KeyLocation target = key.location();
          if (aliases.find(target.region(), target.accountId(), name).isPresent()) {
            throw KmsFailures.aliasExists(name.arn(target.region(), target.accountId()));
          }
          checkQuota(key);
          aliases.insert(batch, new Alias(name, target, now, now));
        });
    return new CreateAliasResponse();
  }

  UpdateAliasResponse update(Caller caller, UpdateAliasRequest request) {
    AliasName name = AliasName.ofNewAlias(request.aliasName());
    Alias old = existing(caller, name);
    calendar
        .find(old.target())
        .ifPresent(
            key ->
                access.authorize(caller, key, null, KeyOperation.UPDATE_ALIAS, RequestFacts.NONE));
    access.change(
        caller,
        request.targetKeyId(),
        KeyOperation.UPDATE_ALIAS,
        RequestFacts.NONE,
        key -> key,
        (batch, key) -> {
          Alias current = existing(caller, name);
          if (!current.target().equals(key.location())) {
            checkQuota(key);
          }
          aliases.replace(
              batch, current, new Alias(name, key.location(), current.created(), now()));
        });
    return new UpdateAliasResponse();
  }

  DeleteAliasResponse delete(Caller caller, DeleteAliasRequest request) {
    AliasName name = AliasName.ofRequest(request.aliasName());
    while (true) {
      if (name.isReserved()) {
        throw notAuthorized(caller, name);
      }
      Alias alias = existing(caller, name);
      calendar
          .find(alias.target())
          .ifPresent(
              key ->
                  access.authorize(
                      caller, key, null, KeyOperation.DELETE_ALIAS, RequestFacts.NONE));
      Batch batch = Batch.begin();
      aliases.remove(batch, alias);
      if (store.commit(batch)) {
        return new DeleteAliasResponse();
      }
    }
  }

  ListAliasesResponse list(Caller caller, ListAliasesRequest request) {
    KeyAccess.authorizeOnAccount(caller, "kms:ListAliases", RequestFacts.NONE);
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start(LIST, request.marker());
    calendar.runDueWork(caller.region(), caller.accountId());
    List<Alias> fetched = fetch(caller, request.keyId(), start, limit + 1);
    Page<Alias> page = Page.of(LIST, fetched, limit, alias -> alias.name().segment());
    List<AliasListEntry> entries = new ArrayList<>();
    for (Alias alias : page.items()) {
      entries.add(
          new AliasListEntry(
              alias.name().text(),
              alias.arn(),
              alias.target().keyId(),
              alias.created(),
              alias.updated()));
    }
    boolean last = page.nextMarker() == null;
    if (last && request.keyId() == null && !ebsKeyExists(caller)) {
      // AWS lists its predefined aliases before there are keys behind them.
      entries.add(
          AliasListEntry.builder()
              .aliasName(AliasName.AWS_EBS.text())
              .aliasArn(AliasName.AWS_EBS.arn(caller.region(), caller.accountId()))
              .build());
    }
    return new ListAliasesResponse(entries, page.nextMarker(), page.truncated());
  }

  private List<Alias> fetch(
      Caller caller, @Nullable String keyId, @Nullable String start, int limit) {
    if (keyId == null) {
      return aliases.list(caller.region(), caller.accountId(), start, limit);
    }
    KeyRecord key = access.open(caller, keyId, KeyOperation.LIST_ALIASES, RequestFacts.NONE);
    return aliases.listOf(key.location(), start, limit);
  }

  private boolean ebsKeyExists(Caller caller) {
    return aliases.find(caller.region(), caller.accountId(), AliasName.AWS_EBS).isPresent();
  }

  private Alias existing(Caller caller, AliasName name) {
    return aliases
        .find(caller.region(), caller.accountId(), name)
        .orElseThrow(() -> KmsFailures.noSuchAlias(name.arn(caller.region(), caller.accountId())));
  }

  private void checkQuota(KeyRecord key) {
    int held = aliases.listOf(key.location(), null, AliasTable.MAX_ALIASES_A_KEY).size();
    if (held >= AliasTable.MAX_ALIASES_A_KEY) {
      throw new LimitExceededException(
          "%s has %d aliases, the most that a key can have".formatted(key.arn(), held));
    }
  }

  private static RuntimeException notAuthorized(Caller caller, AliasName name) {
    return KmsFailures.accessDenied(
        "User: %s is not authorized to perform: kms:DeleteAlias on resource: %s because no resource-based policy allows the kms:DeleteAlias action"
            .formatted(caller.principalArn(), name.arn(caller.region(), caller.accountId())));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
