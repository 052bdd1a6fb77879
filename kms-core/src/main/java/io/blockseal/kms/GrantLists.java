package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.aws.kms.InvalidGrantIdException;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.ListGrantsResponse;
import io.blockseal.aws.kms.ListRetirableGrantsRequest;
import java.util.List;

/// ListGrants and ListRetirableGrants.
final class GrantLists {
  private static final String LIST = "ListGrants";
  private static final String LIST_RETIRABLE = "ListRetirableGrants";
  private static final int USUAL_PAGE = 50;
  private static final int MAX_PAGE = 100;

  private final KeyAccess access;
  private final GrantTable grants;

  GrantLists(KeyAccess access, GrantTable grants) {
    this.access = access;
    this.grants = grants;
  }

  ListGrantsResponse list(Caller caller, ListGrantsRequest request) {
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start(LIST, request.marker());
    KeyRecord key =
        access.open(caller, request.keyId(), KeyOperation.LIST_GRANTS, RequestFacts.NONE);
    String grantId = request.grantId();
    if (grantId != null) {
      Grant grant = grants.find(key.location(), grantId).orElseThrow(() -> noSuchGrant(grantId));
      boolean wanted =
          request.granteePrincipal() == null || request.granteePrincipal().equals(grant.grantee());
      return response(new Page<>(wanted ? List.of(grant) : List.of(), null));
    }
    String grantee = request.granteePrincipal();
    List<Grant> fetched =
        grantee == null
            ? grants.list(key.location(), start, limit + 1)
            : grants.listOf(key.location(), grantee, start, limit + 1);
    return response(Page.of(LIST, fetched, limit, Grant::id));
  }

  ListGrantsResponse listRetirable(Caller caller, ListRetirableGrantsRequest request) {
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start(LIST_RETIRABLE, request.marker());
    KeyAccess.authorizeOnAccount(caller, "kms:ListRetirableGrants", RequestFacts.NONE);
    if (!isOwn(caller, request.retiringPrincipal())) {
      throw KmsFailures.accessDenied(
          "User: %s is not authorized to perform: kms:ListRetirableGrants on resource: * because no identity-based policy allows the kms:ListRetirableGrants action"
              .formatted(caller.principalArn()));
    }
    List<Grant> fetched =
        grants.listRetirable(caller.region(), request.retiringPrincipal(), start, limit + 1);
    return response(Page.of(LIST_RETIRABLE, fetched, limit, Grant::id));
  }

  static InvalidGrantIdException noSuchGrant(String grantId) {
    return new InvalidGrantIdException("Grant " + grantId + " does not exist.");
  }

  /// Whether a principal is of the caller's account. A service is of nobody's, and only lists for
  /// itself.
  private static boolean isOwn(Caller caller, String principal) {
    return principal.equals(caller.viaService())
        || (principal.startsWith("arn:") && principal.contains("::" + caller.accountId() + ":"));
  }

  private static ListGrantsResponse response(Page<Grant> page) {
    return new ListGrantsResponse(
        page.items().stream().map(GrantLists::entry).toList(), page.nextMarker(), page.truncated());
  }

  private static GrantListEntry entry(Grant grant) {
    return new GrantListEntry(
        grant.key().arn(),
        grant.id(),
        grant.name(),
        grant.created(),
        grant.grantee(),
        grant.retiringPrincipal(),
        grant.issuingAccount(),
        grant.operations(),
        grant.constraints());
  }
}
