package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DescribeKeyResponse;
import io.blockseal.aws.kms.DisabledException;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextResponse;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.aws.kms.InvalidCiphertextException;
import io.blockseal.aws.kms.KMSInvalidStateException;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.KeyUsageType;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.ListGrantsResponse;
import io.blockseal.aws.kms.ListRetirableGrantsRequest;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.aws.kms.RetireGrantResponse;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The operations of KMS that EBS uses, with keys in a map and data keys that are merely
/// remembered. Thread-safe.
@SuppressWarnings("UnusedMethod") // Called by name, through the proxy.
final class FakeKms {
  /// What was asked, by whom, under which context.
  record Call(
      String operation, Caller caller, String keyId, @Nullable Map<String, String> context) {}

  private record Given(String arn, String grantee, Map<String, String> context) {}

  private record Wrapped(String arn, Map<String, String> context, Blob plaintext) {}

  private final Map<String, KeyState> stateByArn = new ConcurrentHashMap<>();
  private final Map<String, KeySpec> specByArn = new ConcurrentHashMap<>();
  private final Map<String, String> arnByAlias = new ConcurrentHashMap<>();
  private final Map<String, Wrapped> wrappedByBlob = new ConcurrentHashMap<>();
  private final Map<String, Given> grantsById = new ConcurrentHashMap<>();
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
  private final List<Blob> answered = Collections.synchronizedList(new ArrayList<>());
  private volatile @Nullable AwsException outage;
  private final AtomicInteger failures = new AtomicInteger();

  KmsApi api() {
    return (KmsApi)
        Proxy.newProxyInstance(
            KmsApi.class.getClassLoader(),
            new Class<?>[] {KmsApi.class},
            (_, method, arguments) -> {
              try {
                return FakeKms.class
                    .getDeclaredMethod(method.getName(), method.getParameterTypes())
                    .invoke(this, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNullElse(e.getCause(), e);
              }
            });
  }

  /// A new enabled key.
  String createKey(String account, String region) {
    String arn = "arn:aws:kms:%s:%s:key/%s".formatted(region, account, UUID.randomUUID());
    stateByArn.put(arn, KeyState.ENABLED);
    specByArn.put(arn, KeySpec.SYMMETRIC_DEFAULT);
    return arn;
  }

  String createAsymmetricKey(String account, String region) {
    String arn = createKey(account, region);
    specByArn.put(arn, KeySpec.RSA_2048);
    return arn;
  }

  void alias(String account, String region, String alias, String arn) {
    arnByAlias.put(aliasArn(account, region, alias), arn);
  }

  void setState(String arn, KeyState state) {
    stateByArn.put(arn, state);
  }

  void destroy(String arn) {
    stateByArn.remove(arn);
  }

  /// Makes the next calls fail.
  void fail(int times, AwsException failure) {
    outage = failure;
    failures.set(times);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  List<String> operations() {
    return calls().stream().map(Call::operation).toList();
  }

  void forgetCalls() {
    calls.clear();
  }

  DescribeKeyResponse describeKey(Caller caller, DescribeKeyRequest request) {
    String arn = enter("DescribeKey", caller, request.keyId(), null);
    return new DescribeKeyResponse(
        KeyMetadata.builder()
            .keyId(arn.substring(arn.indexOf('/') + 1))
            .arn(arn)
            .keyState(stateByArn.get(arn))
            .keySpec(specByArn.get(arn))
            .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
            .build());
  }

  GenerateDataKeyWithoutPlaintextResponse generateDataKeyWithoutPlaintext(
      Caller caller, GenerateDataKeyWithoutPlaintextRequest request) {
    Map<String, String> context = Objects.requireNonNull(request.encryptionContext());
    String arn = enter("GenerateDataKeyWithoutPlaintext", caller, request.keyId(), context);
    checkUsable(arn);
    byte[] plaintext = new byte[Objects.requireNonNull(request.numberOfBytes())];
    byte[] unique = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    System.arraycopy(unique, 0, plaintext, 0, unique.length);
    return new GenerateDataKeyWithoutPlaintextResponse(
        wrap(arn, context, Blob.copyOf(plaintext)), arn, null);
  }

  DecryptResponse decrypt(Caller caller, DecryptRequest request) {
    Map<String, String> context = Objects.requireNonNull(request.encryptionContext());
    Wrapped wrapped = unwrap("Decrypt", caller, request.ciphertextBlob(), context);
    Blob plaintext = Blob.copyOf(wrapped.plaintext.toByteArray());
    answered.add(plaintext);
    return DecryptResponse.builder().keyId(wrapped.arn).plaintext(plaintext).build();
  }

  /// Every plaintext that was answered, as it is now.
  List<Blob> answered() {
    return List.copyOf(answered);
  }

  ReEncryptResponse reEncrypt(Caller caller, ReEncryptRequest request) {
    Map<String, String> context = Objects.requireNonNull(request.sourceEncryptionContext());
    Wrapped wrapped = unwrap("ReEncrypt", caller, request.ciphertextBlob(), context);
    String target = resolve(caller, request.destinationKeyId());
    checkUsable(target);
    Map<String, String> targetContext =
        Objects.requireNonNull(request.destinationEncryptionContext());
    return ReEncryptResponse.builder()
        .ciphertextBlob(wrap(target, targetContext, wrapped.plaintext))
        .sourceKeyId(wrapped.arn)
        .keyId(target)
        .build();
  }

  CreateGrantResponse createGrant(Caller caller, CreateGrantRequest request) {
    Map<String, String> context =
        Objects.requireNonNull(
            Objects.requireNonNull(request.constraints()).encryptionContextSubset());
    String arn = enter("CreateGrant", caller, request.keyId(), context);
    checkUsable(arn);
    String id = UUID.randomUUID().toString();
    grantsById.put(id, new Given(arn, request.granteePrincipal(), Map.copyOf(context)));
    return new CreateGrantResponse("token", id);
  }

  RetireGrantResponse retireGrant(Caller caller, RetireGrantRequest request) {
    enter("RetireGrant", caller, Objects.requireNonNull(request.keyId()), null);
    if (grantsById.remove(Objects.requireNonNull(request.grantId())) == null) {
      throw new NotFoundException("Grant ID " + request.grantId() + " not found");
    }
    return new RetireGrantResponse();
  }

  ListGrantsResponse listRetirableGrants(Caller caller, ListRetirableGrantsRequest request) {
    assertThat(request.retiringPrincipal()).isEqualTo(caller.viaService());
    List<GrantListEntry> retirable = new ArrayList<>();
    grantsById.forEach(
        (id, given) -> {
          if (given.arn.contains(":" + caller.region() + ":")) {
            retirable.add(
                GrantListEntry.builder()
                    .grantId(id)
                    .keyId(given.arn)
                    .granteePrincipal(given.grantee)
                    .build());
          }
        });
    return new ListGrantsResponse(retirable, null, false);
  }

  /// A grant that nobody asked for by attaching something.
  void strayGrant(String arn, String grantee) {
    grantsById.put(UUID.randomUUID().toString(), new Given(arn, grantee, Map.of()));
  }

  /// How many grants there are.
  int grants() {
    return grantsById.size();
  }

  void revokeGrants() {
    grantsById.clear();
  }

  private Wrapped unwrap(
      String operation, Caller caller, @Nullable Blob blob, Map<String, String> context) {
    Wrapped wrapped = wrappedByBlob.get(Objects.requireNonNull(blob).toBase64());
    if (wrapped == null || !wrapped.context.equals(context)) {
      throw new InvalidCiphertextException(null);
    }
    enter(operation, caller, wrapped.arn, context);
    checkGranted(caller, wrapped);
    checkUsable(wrapped.arn);
    return wrapped;
  }

  /// The host may do only what it was granted.
  private void checkGranted(Caller caller, Wrapped wrapped) {
    boolean granted =
        !caller.principalArn().contains("aws:ec2-infrastructure")
            || grantsById
                .values()
                .contains(new Given(wrapped.arn, caller.principalArn(), wrapped.context));
    if (!granted) {
      throw AwsException.sender("AccessDeniedException", 400, "no grant");
    }
  }

  private Blob wrap(String arn, Map<String, String> context, Blob plaintext) {
    Blob blob = Blob.copyOf(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    wrappedByBlob.put(blob.toBase64(), new Wrapped(arn, Map.copyOf(context), plaintext));
    return blob;
  }

  private String enter(
      String operation, Caller caller, String keyId, @Nullable Map<String, String> context) {
    calls.add(new Call(operation, caller, keyId, context));
    AwsException failure = outage;
    if (failure != null && failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw failure;
    }
    return resolve(caller, keyId);
  }

  /// Keys of other Regions can't be found, as with AWS.
  private String resolve(Caller caller, String keyId) {
    String account = caller.accountId();
    String region = caller.region();
    String arn = keyId;
    if (keyId.equals(DataKeys.AWS_MANAGED_KEY)) {
      arnByAlias.computeIfAbsent(aliasArn(account, region, keyId), _ -> createKey(account, region));
    }
    if (keyId.startsWith("alias/")) {
      arn = arnByAlias.getOrDefault(aliasArn(account, region, keyId), "none");
    } else if (!keyId.startsWith("arn:")) {
      arn = "arn:aws:kms:%s:%s:key/%s".formatted(region, account, keyId);
    }
    if (!stateByArn.containsKey(arn) || !arn.split(":", -1)[3].equals(region)) {
      throw new NotFoundException("Key '" + keyId + "' does not exist");
    }
    return arn;
  }

  private void checkUsable(String arn) {
    KeyState state = stateByArn.get(arn);
    if (state == KeyState.DISABLED) {
      throw new DisabledException(arn + " is disabled.");
    }
    if (state != KeyState.ENABLED) {
      throw new KMSInvalidStateException(arn + " is pending deletion.");
    }
  }

  private static String aliasArn(String account, String region, String alias) {
    return "arn:aws:kms:%s:%s:%s".formatted(region, account, alias);
  }
}
