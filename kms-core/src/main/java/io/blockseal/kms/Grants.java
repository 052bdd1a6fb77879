package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.InvalidArnException;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.aws.kms.RetireGrantResponse;
import io.blockseal.aws.kms.RevokeGrantRequest;
import io.blockseal.aws.kms.RevokeGrantResponse;
import io.blockseal.iam.PrincipalName;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// CreateGrant, RetireGrant, RevokeGrant.
final class Grants {
  private static final int ID_BYTES = 32;
  private static final int MAX_CONTEXT_PAIRS = 8;
  private static final int MAX_CONTEXT_CHARS = 384;
  private static final int MAX_NAMED_LOOKUP = 1000;

  /// What a grant on a symmetric encryption key can allow.
  private static final Set<GrantOperation> OPERATIONS =
      EnumSet.of(
          GrantOperation.DECRYPT,
          GrantOperation.ENCRYPT,
          GrantOperation.GENERATE_DATA_KEY,
          GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
          GrantOperation.GENERATE_DATA_KEY_PAIR,
          GrantOperation.GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT,
          GrantOperation.RE_ENCRYPT_FROM,
          GrantOperation.RE_ENCRYPT_TO,
          GrantOperation.CREATE_GRANT,
          GrantOperation.RETIRE_GRANT,
          GrantOperation.DESCRIBE_KEY);

  private final KeyAccess access;
  private final GrantTable grants;
  private final SecureRandom random;
  private final InstantSource clock;

  Grants(KeyAccess access, GrantTable grants, SecureRandom random, InstantSource clock) {
    this.access = access;
    this.grants = grants;
    this.random = random;
    this.clock = clock;
  }

  CreateGrantResponse create(Caller caller, CreateGrantRequest request) {
    checkTerms(request);
    RequestFacts facts = facts(request);
    if (Boolean.TRUE.equals(request.dryRun())) {
      access.open(caller, request.keyId(), KeyOperation.CREATE_GRANT, facts);
      CryptoChecks.endDryRun(true);
    }
    AtomicReference<Grant> made = new AtomicReference<>();
    access.change(
        caller,
        request.keyId(),
        KeyOperation.CREATE_GRANT,
        facts,
        key -> key,
        (batch, key) -> {
          Grant wanted = grant(caller, key, request);
          Optional<Grant> same = sameTerms(wanted);
          made.set(same.orElse(wanted));
          if (same.isEmpty()) {
            grants.insert(batch, wanted);
          }
        });
    Grant grant = Objects.requireNonNull(made.get());
    return new CreateGrantResponse(GrantTokens.of(grant), grant.id());
  }

  RetireGrantResponse retire(Caller caller, RetireGrantRequest request) {
    while (true) {
      Grant grant = named(caller, request);
      if (!mayRetire(caller, grant)) {
        throw KmsFailures.accessDenied(
            "User: %s is not authorized to perform: kms:RetireGrant on resource: %s because no identity-based policy allows the kms:RetireGrant action"
                .formatted(caller.principalArn(), grant.key().arn()));
      }
      CryptoChecks.endDryRun(request.dryRun());
      if (grants.remove(grant)) {
        return new RetireGrantResponse();
      }
    }
  }

  RevokeGrantResponse revoke(Caller caller, RevokeGrantRequest request) {
    KeyRecord key =
        access.open(caller, request.keyId(), KeyOperation.REVOKE_GRANT, RequestFacts.NONE);
    while (true) {
      Grant grant =
          grants
              .find(key.location(), request.grantId())
              .orElseThrow(() -> GrantLists.noSuchGrant(request.grantId()));
      CryptoChecks.endDryRun(request.dryRun());
      if (grants.remove(grant)) {
        return new RevokeGrantResponse();
      }
    }
  }

  /// The grant that a request to retire names, by token or by key and id.
  private Grant named(Caller caller, RetireGrantRequest request) {
    String token = request.grantToken();
    String keyId = request.keyId();
    String grantId = request.grantId();
    if (token != null && keyId == null && grantId == null) {
      GrantTokens.Target target = GrantTokens.parse(token);
      if (!target.key().region().equals(caller.region())) {
        throw KmsFailures.otherRegion(target.key().region());
      }
      return grants
          .find(target.key(), target.grantId())
          .orElseThrow(() -> GrantLists.noSuchGrant(target.grantId()));
    }
    if (token == null && keyId != null && grantId != null) {
      KeyLocation key = access.locate(caller, keyId, KeyOperation.RETIRE_GRANT);
      return grants.find(key, grantId).orElseThrow(() -> GrantLists.noSuchGrant(grantId));
    }
    throw KmsFailures.validation(
        "Please specify either a grant token, or a key ID and a grant ID.");
  }

  /// The retiring principal may, the grantee if the grant says so, and the account that made the
  /// grant. Key policies have no say.
  private static boolean mayRetire(Caller caller, Grant grant) {
    String retiring = grant.retiringPrincipal();
    boolean isRetiring =
        retiring != null
            && (retiring.equals(caller.principalArn()) || retiring.equals(caller.viaService()));
    boolean isGrantee =
        grant.grantee().equals(caller.principalArn())
            && grant.operations().contains(GrantOperation.RETIRE_GRANT);
    return isRetiring || isGrantee || grant.issuingAccount().equals(caller.principalArn());
  }

  private Grant grant(Caller caller, KeyRecord key, CreateGrantRequest request) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return new Grant(
        HexFormat.of().formatHex(id),
        key.location(),
        request.name() == null ? "" : request.name(),
        request.granteePrincipal(),
        request.retiringPrincipal(),
        "arn:aws:iam::" + caller.accountId() + ":root",
        request.operations(),
        request.constraints(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /// The grant that an earlier request with the same name and terms has made: repeating it is
  /// harmless.
  private Optional<Grant> sameTerms(Grant wanted) {
    if (wanted.name().isEmpty()) {
      return Optional.empty();
    }
    return grants.listOf(wanted.key(), wanted.grantee(), null, MAX_NAMED_LOOKUP).stream()
        .filter(wanted::hasTermsOf)
        .findFirst();
  }

  private static void checkTerms(CreateGrantRequest request) {
    checkPrincipal(request.granteePrincipal());
    if (request.retiringPrincipal() != null) {
      checkPrincipal(request.retiringPrincipal());
    }
    if (request.operations().isEmpty()) {
      throw KmsFailures.validation("Grants must allow at least one operation.");
    }
    for (GrantOperation operation : request.operations()) {
      if (!OPERATIONS.contains(operation)) {
        throw KmsFailures.validation(
            "Grant operation " + operation + " is not valid for a symmetric encryption key.");
      }
    }
    GrantConstraints constraints = request.constraints();
    if (constraints == null) {
      return;
    }
    if (constraints.encryptionContextEquals() != null
        && constraints.encryptionContextSubset() != null) {
      throw KmsFailures.validation(
          "Please specify either EncryptionContextEquals or EncryptionContextSubset.");
    }
    checkSize(constraints.encryptionContextEqualsOrEmpty());
    checkSize(constraints.encryptionContextSubsetOrEmpty());
  }

  private static void checkPrincipal(String principal) {
    if (!PrincipalName.isWellFormed(principal)) {
      throw new InvalidArnException("ARN does not refer to a valid principal: " + principal);
    }
  }

  private static void checkSize(Map<String, String> context) {
    int chars =
        context.entrySet().stream()
            .mapToInt(pair -> pair.getKey().length() + pair.getValue().length())
            .sum();
    if (context.size() > MAX_CONTEXT_PAIRS || chars > MAX_CONTEXT_CHARS) {
      throw KmsFailures.validation(
          "Grant constraint of %d pairs and %d characters; at most %d and %d are allowed."
              .formatted(context.size(), chars, MAX_CONTEXT_PAIRS, MAX_CONTEXT_CHARS));
    }
  }

  private static RequestFacts facts(CreateGrantRequest request) {
    GrantConstraints constraints = request.constraints();
    RequestFacts facts =
        RequestFacts.ofNewGrant(
                new Grant.ChildTerms(request.operations(), constraints),
                request.grantTokensOrEmpty())
            .with("kms:GranteePrincipal", request.granteePrincipal())
            .with(
                "kms:GrantOperations",
                request.operations().stream().map(GrantOperation::wireValue).toList());
    if (request.retiringPrincipal() != null) {
      facts = facts.with("kms:RetiringPrincipal", request.retiringPrincipal());
    }
    String type = constraintType(constraints);
    return type == null ? facts : facts.with("kms:GrantConstraintType", type);
  }

  private static @Nullable String constraintType(@Nullable GrantConstraints constraints) {
    if (constraints == null) {
      return null;
    }
    if (constraints.encryptionContextEquals() != null) {
      return "EncryptionContextEquals";
    }
    return constraints.encryptionContextSubset() == null ? null : "EncryptionContextSubset";
  }
}
