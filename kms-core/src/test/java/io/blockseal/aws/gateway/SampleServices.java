package io.blockseal.aws.gateway;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DeleteVolumeResponse;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.ec2.TagSpecification;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateAliasResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DescribeKeyResponse;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyResponse;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.sts.GetCallerIdentityResponse;
import io.blockseal.aws.sts.StsModel;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/// Services of a few operations with the shapes of the real ones, so that a test need not fake all
/// of them.
public final class SampleServices {

  private static final AtomicReference<Blob> LAST_PLAINTEXT = new AtomicReference<>(Blob.empty());

  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");

  private SampleServices() {}

  /// What the sample services have instead of an interface.
  private static final class NoState {}

  public static List<ServiceEndpoint<?>> endpoints() {
    return List.of(kms(), ec2(), sts());
  }

  /// What GenerateDataKey answered last, as it is now.
  static Blob lastPlaintext() {
    return Objects.requireNonNull(LAST_PLAINTEXT.get());
  }

  private static ServiceEndpoint<NoState> kms() {
    return endpoint(
        KmsModel.SERVICE,
        List.of(
            operation(KmsModel.DESCRIBE_KEY, (_, _, request) -> describeKey(request)),
            operation(KmsModel.GENERATE_DATA_KEY, (_, _, request) -> generateDataKey(request)),
            operation(KmsModel.CREATE_ALIAS, (_, _, request) -> createAlias(request))));
  }

  private static DescribeKeyResponse describeKey(DescribeKeyRequest request) {
    if (request.keyId().equals("throttled")) {
      throw AwsException.sender("ThrottlingException", 400, "Slow down.");
    }
    if (!request.keyId().equals("alias/a")) {
      throw new NotFoundException(
          "Alias arn:aws:kms:eu-west-1:111122223333:" + request.keyId() + " is not found.");
    }
    return new DescribeKeyResponse(
        KeyMetadata.builder()
            .keyId("1234")
            .description("<é>")
            .enabled(true)
            .creationDate(CREATED)
            .build());
  }

  private static GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 1);
    Blob plaintext = Blob.copyOf(key);
    LAST_PLAINTEXT.set(plaintext);
    return GenerateDataKeyResponse.builder()
        .keyId(request.keyId())
        .plaintext(plaintext)
        .ciphertextBlob(Blob.copyOf(new byte[200]))
        .build();
  }

  private static CreateAliasResponse createAlias(CreateAliasRequest request) {
    if (request.aliasName().equals("alias/bug")) {
      throw new IllegalStateException("a bug with a secret in its message");
    }
    return new CreateAliasResponse();
  }

  private static ServiceEndpoint<NoState> ec2() {
    return endpoint(
        Ec2Model.SERVICE,
        List.of(
            operation(Ec2Model.CREATE_VOLUME, (_, _, request) -> createVolume(request)),
            operation(Ec2Model.DESCRIBE_VOLUMES, (_, _, request) -> describeVolumes(request)),
            operation(Ec2Model.DELETE_VOLUME, (_, _, request) -> deleteVolume(request))));
  }

  private static Volume createVolume(CreateVolumeRequest request) {
    return Volume.builder()
        .volumeId("vol-1")
        .size(request.size())
        .state(VolumeState.CREATING)
        .createTime(CREATED)
        .encrypted(request.encrypted())
        .volumeType(request.volumeType())
        .tags(
            request.tagSpecificationsOrEmpty().stream()
                .map(TagSpecification::tagsOrEmpty)
                .flatMap(List::stream)
                .toList())
        .build();
  }

  private static DescribeVolumesResult describeVolumes(DescribeVolumesRequest request) {
    List<Volume> volumes =
        request.volumeIdsOrEmpty().stream()
            .map(id -> Volume.builder().volumeId(id).build())
            .toList();
    return DescribeVolumesResult.builder().volumes(volumes).build();
  }

  private static DeleteVolumeResponse deleteVolume(DeleteVolumeRequest request) {
    if (request.volumeId().equals("vol-0")) {
      throw AwsException.sender(
          "InvalidVolume.NotFound", 400, "The volume 'vol-0' does not exist.");
    }
    return new DeleteVolumeResponse();
  }

  private static ServiceEndpoint<NoState> sts() {
    return endpoint(
        StsModel.SERVICE,
        List.of(
            operation(
                StsModel.GET_CALLER_IDENTITY,
                (_, caller, _) ->
                    GetCallerIdentityResponse.builder()
                        .account(caller.accountId())
                        .arn(caller.principalArn())
                        .userId(caller.principalId())
                        .build())));
  }

  private static ServiceEndpoint<NoState> endpoint(
      ServiceModel<?> model, List<Operation<NoState, ?, ?>> operations) {
    return new ServiceEndpoint<>(
        new ServiceModel<>(model.metadata(), operations, List.of()), new NoState());
  }

  private static <I extends Structure, O extends Structure> Operation<NoState, I, O> operation(
      Operation<?, I, O> modelled, Operation.Invocation<NoState, I, O> invocation) {
    return new Operation<>(
        modelled.name(),
        modelled.input(),
        modelled.output(),
        modelled.answersBody(),
        modelled.httpMethod(),
        modelled.requestUri(),
        invocation);
  }
}
