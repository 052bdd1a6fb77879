package io.blockseal.kms;

import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantOperation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A permission on one key, given to one principal by name.
///
/// @param id 64 hexadecimal digits
/// @param name empty if its creator named none
/// @param issuingAccount the account that created it
record Grant(
    String id,
    KeyLocation key,
    String name,
    String grantee,
    @Nullable String retiringPrincipal,
    String issuingAccount,
    List<GrantOperation> operations,
    @Nullable GrantConstraints constraints,
    Instant created) {

  Grant {
    operations = List.copyOf(operations);
  }

  /// Whether this is what a request with these terms would make.
  boolean hasTermsOf(Grant other) {
    return name.equals(other.name)
        && grantee.equals(other.grantee)
        && Objects.equals(retiringPrincipal, other.retiringPrincipal)
        && issuingAccount.equals(other.issuingAccount)
        && Set.copyOf(operations).equals(Set.copyOf(other.operations))
        && Objects.equals(constraints, other.constraints);
  }

  /// Whether the grant covers an operation with this encryption context. Constraints are about
  /// cryptographic operations only.
  boolean allows(GrantOperation operation, Map<String, String> encryptionContext) {
    if (!operations.contains(operation)) {
      return false;
    }
    GrantConstraints limits = constraints;
    if (limits == null || isAdministrative(operation)) {
      return true;
    }
    Map<String, String> exactly = limits.encryptionContextEquals();
    if (exactly != null && !exactly.equals(encryptionContext)) {
      return false;
    }
    return encryptionContext
        .entrySet()
        .containsAll(limits.encryptionContextSubsetOrEmpty().entrySet());
  }

  /// Whether the grantee may pass on a grant of these terms: nothing that this one does not allow,
  /// and constraints at least as strict.
  boolean allowsChild(ChildTerms child) {
    return operations.contains(GrantOperation.CREATE_GRANT)
        && operations.containsAll(child.operations())
        && isAsStrict(child.constraints());
  }

  private boolean isAsStrict(@Nullable GrantConstraints child) {
    GrantConstraints limits = constraints;
    if (limits == null) {
      return true;
    }
    if (child == null) {
      return false;
    }
    Map<String, String> exactly = limits.encryptionContextEquals();
    if (exactly != null) {
      return exactly.equals(child.encryptionContextEquals());
    }
    Map<String, String> atLeast = limits.encryptionContextSubsetOrEmpty();
    Map<String, String> childExactly = child.encryptionContextEquals();
    return childExactly != null
        ? childExactly.entrySet().containsAll(atLeast.entrySet())
        : child.encryptionContextSubsetOrEmpty().entrySet().containsAll(atLeast.entrySet());
  }

  private static boolean isAdministrative(GrantOperation operation) {
    return operation == GrantOperation.DESCRIBE_KEY
        || operation == GrantOperation.RETIRE_GRANT
        || operation == GrantOperation.CREATE_GRANT;
  }

  /// What a grantee wants to pass on.
  record ChildTerms(List<GrantOperation> operations, @Nullable GrantConstraints constraints) {
    ChildTerms {
      operations = List.copyOf(operations);
    }
  }
}
