package io.blockseal.kms;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.DryRunModifierType;
import io.blockseal.aws.kms.IncorrectKeyException;
import io.blockseal.aws.kms.InvalidCiphertextException;
import io.blockseal.kms.blob.CiphertextBlob;
import io.blockseal.kms.blob.EncryptionContext;
import io.blockseal.kms.blob.MalformedBlobException;
import io.blockseal.kms.hsm.AuthenticationFailedException;
import io.blockseal.secret.SecretBytes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ciphertext that Decrypt and ReEncrypt start from: which key it needs, whether the caller may
/// use that key, and what is inside.
final class SourceCiphertext {
  private final KeyAccess access;
  private final KeyMaterials materials;

  SourceCiphertext(KeyAccess access, KeyMaterials materials) {
    this.access = access;
    this.materials = materials;
  }

  /// A key that the caller may use on a ciphertext; the ciphertext is null only in a dry run.
  record Opened(KeyRecord key, @Nullable CiphertextBlob blob) {
    @Nullable String materialId() {
      return blob == null ? null : blob.backingKeyId();
    }
  }

  /// Finds the key of a ciphertext.
  ///
  /// @param keyId that the request insists on; null if it leaves the choice to the ciphertext
  Opened open(
      Caller caller,
      @Nullable Blob ciphertext,
      @Nullable String keyId,
      KeyOperation operation,
      RequestFacts facts) {
    CiphertextBlob blob = ciphertext == null ? null : parse(ciphertext);
    if (keyId != null) {
      return insistOn(caller, blob, keyId, operation, facts);
    }
    if (blob == null) {
      throw KmsFailures.missing("ciphertextBlob");
    }
    KeyLocation location =
        materials
            .ownerOf(caller.region(), blob.backingKeyId())
            .orElseThrow(KmsFailures::unknownCiphertext);
    return new Opened(access.openUnnamed(caller, location, operation, facts), blob);
  }

  SecretBytes decrypt(Opened source, EncryptionContext context) {
    CiphertextBlob blob = source.blob();
    if (blob == null) {
      throw new IllegalStateException("nothing to decrypt in a dry run");
    }
    try {
      return materials.decrypt(source.key(), blob, context);
    } catch (AuthenticationFailedException e) {
      throw new InvalidCiphertextException(null);
    }
  }

  /// Whether a ciphertext is under this key, as far as can be told without using it.
  boolean isUnder(Caller caller, @Nullable Blob ciphertext, KeyLocation key) {
    return ciphertext != null
        && materials
            .ownerOf(caller.region(), parse(ciphertext).backingKeyId())
            .equals(Optional.of(key));
  }

  /// Refuses a request without a ciphertext, unless it is a dry run that says it may lack one.
  static void checkPresence(
      @Nullable Blob ciphertext, @Nullable Boolean dryRun, List<DryRunModifierType> modifiers) {
    boolean mayLack =
        Boolean.TRUE.equals(dryRun) && modifiers.contains(DryRunModifierType.IGNORE_CIPHERTEXT);
    if (ciphertext == null && !mayLack) {
      throw KmsFailures.missing("ciphertextBlob");
    }
  }

  private Opened insistOn(
      Caller caller,
      @Nullable CiphertextBlob blob,
      String keyId,
      KeyOperation operation,
      RequestFacts facts) {
    KeyRecord key = access.open(caller, keyId, operation, facts);
    if (blob == null) {
      return new Opened(key, null);
    }
    Optional<KeyLocation> owner = materials.ownerOf(caller.region(), blob.backingKeyId());
    if (!owner.equals(Optional.of(key.location()))) {
      throw new IncorrectKeyException(
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
    return new Opened(key, blob);
  }

  private static CiphertextBlob parse(Blob ciphertext) {
    try {
      return CiphertextBlob.parse(ciphertext.toByteArray());
    } catch (MalformedBlobException e) {
      throw new InvalidCiphertextException(null);
    }
  }
}
