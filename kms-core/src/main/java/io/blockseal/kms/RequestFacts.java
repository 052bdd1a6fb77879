package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.iam.AccessRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a request says beside the key: what grants and policy conditions may ask about it.
/// Immutable.
final class RequestFacts {
  static final RequestFacts NONE = ofTokens(List.of());

  private static final String CONTEXT_PREFIX = "kms:encryptioncontext:";
  private static final String RESOURCE_TAG_PREFIX = "aws:resourcetag/";

  private final Map<String, String> encryptionContext;
  private final List<String> grantTokens;

  /// By condition key in lower case.
  private final Map<String, List<String>> others;

  private final Grant.@Nullable ChildTerms childGrant;

  private RequestFacts(
      Map<String, String> encryptionContext,
      List<String> grantTokens,
      Map<String, List<String>> others,
      Grant.@Nullable ChildTerms childGrant) {
    this.encryptionContext = encryptionContext;
    this.grantTokens = grantTokens;
    this.others = others;
    this.childGrant = childGrant;
  }

  /// Those of a cryptographic operation.
  static RequestFacts ofContext(Map<String, String> encryptionContext, List<String> grantTokens) {
    return new RequestFacts(encryptionContext, grantTokens, Map.of(), null);
  }

  static RequestFacts ofTokens(List<String> grantTokens) {
    return ofContext(Map.of(), grantTokens);
  }

  /// Those of a request for a new grant, which the caller may only have a grant for itself.
  static RequestFacts ofNewGrant(Grant.ChildTerms terms, List<String> grantTokens) {
    return new RequestFacts(Map.of(), grantTokens, Map.of(), terms);
  }

  /// These with one condition key more.
  RequestFacts with(String conditionKey, List<String> values) {
    Map<String, List<String>> grown = new HashMap<>(others);
    grown.put(conditionKey.toLowerCase(Locale.ROOT), List.copyOf(values));
    return new RequestFacts(encryptionContext, grantTokens, grown, childGrant);
  }

  RequestFacts with(String conditionKey, String value) {
    return with(conditionKey, List.of(value));
  }

  Map<String, String> encryptionContext() {
    return encryptionContext;
  }

  List<String> grantTokens() {
    return grantTokens;
  }

  /// What is to be granted, if that is the request.
  Grant.@Nullable ChildTerms childGrant() {
    return childGrant;
  }

  /// The answers to conditions of a key policy.
  ///
  /// @param alias by which the request names the key; null if it does otherwise
  /// @param aliases of the key, read only if a condition asks
  AccessRequest.Facts on(
      Caller caller, KeyRecord key, @Nullable AliasName alias, Supplier<List<String>> aliases) {
    return name ->
        switch (name) {
          case "kms:requestalias" -> alias == null ? List.of() : List.of(alias.text());
          case "kms:resourcealiases" -> aliases.get();
          case "kms:keyorigin" -> List.of("AWS_KMS");
          case "kms:keyspec", "kms:customermasterkeyspec" -> List.of("SYMMETRIC_DEFAULT");
          case "kms:keyusage", "kms:customermasterkeyusage" -> List.of("ENCRYPT_DECRYPT");
          case "kms:multiregion" -> List.of("false");
          default -> name.startsWith(RESOURCE_TAG_PREFIX) ? tag(key, name) : ofCaller(caller, name);
        };
  }

  /// The answers to conditions where there is no key.
  AccessRequest.Facts on(Caller caller) {
    return name -> ofCaller(caller, name);
  }

  private List<String> ofCaller(Caller caller, String name) {
    return switch (name) {
      case "kms:calleraccount", "aws:principalaccount" -> List.of(caller.accountId());
      case "kms:viaservice" -> optional(caller.viaService());
      case "aws:viaawsservice", "kms:grantisforawsresource" ->
          List.of(Boolean.toString(caller.viaService() != null));
      case "aws:principalarn" -> List.of(caller.principalArn());
      case "aws:sourceip" -> caller.viaService() == null ? List.of(caller.sourceIp()) : List.of();
      case "aws:requestedregion" -> List.of(caller.region());
      case "kms:encryptioncontextkeys" -> List.copyOf(conditionContext().keySet());
      default ->
          name.startsWith(CONTEXT_PREFIX)
              ? contextValue(name.substring(CONTEXT_PREFIX.length()))
              : others.getOrDefault(name, List.of());
    };
  }

  /// What conditions may ask of the encryption context. A request for a grant has none: of that
  /// they are told the constraint.
  private Map<String, String> conditionContext() {
    if (childGrant == null) {
      return encryptionContext;
    }
    GrantConstraints constraints = childGrant.constraints();
    if (constraints == null) {
      return Map.of();
    }
    Map<String, String> equal = constraints.encryptionContextEquals();
    return Objects.requireNonNullElse(
        equal == null ? constraints.encryptionContextSubset() : equal, Map.of());
  }

  private List<String> contextValue(String lowerKey) {
    List<String> values = new ArrayList<>();
    conditionContext()
        .forEach(
            (key, value) -> {
              if (key.toLowerCase(Locale.ROOT).equals(lowerKey)) {
                values.add(value);
              }
            });
    return values;
  }

  private static List<String> tag(KeyRecord key, String name) {
    String lowerKey = name.substring(RESOURCE_TAG_PREFIX.length());
    List<String> values = new ArrayList<>();
    key.tags()
        .forEach(
            (tag, value) -> {
              if (tag.toLowerCase(Locale.ROOT).equals(lowerKey)) {
                values.add(value);
              }
            });
    return values;
  }

  private static List<String> optional(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }
}
