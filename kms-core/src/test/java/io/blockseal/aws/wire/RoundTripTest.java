package io.blockseal.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.sts.StsModel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What one side writes, the other reads: every operation of every service, with random members.
class RoundTripTest {

  private static final int ROUNDS = 40;

  private final long seed = Long.getLong("blockseal.seed", new Random().nextLong());
  private final RandomStructures random = new RandomStructures(new Random(seed));

  static Stream<Arguments> operations() {
    return Stream.of(KmsModel.SERVICE, Ec2Model.SERVICE, StsModel.SERVICE)
        .flatMap(
            service ->
                service.operations().stream().map(operation -> Arguments.of(service, operation)));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("operations")
  void requestsAndAnswersComeBackAsTheyWent(ServiceModel<?> service, Operation<?, ?, ?> operation) {
    for (int i = 0; i < ROUNDS; i++) {
      checkRequest(service, operation);
      checkAnswer(service, operation);
    }
  }

  private <A> void checkRequest(ServiceModel<A> service, Operation<?, ?, ?> operation) {
    WireProtocol protocol = WireProtocol.of(service.metadata().protocol());
    Structure input = random.next(operation.input());
    WireRequest request = protocol.encodeRequest(service, operation, input);
    assertThat(protocol.decodeRequest(service, request).input().toRecord())
        .as("-Dblockseal.seed=" + seed)
        .isEqualTo(input);
  }

  private <O extends Structure> void checkAnswer(
      ServiceModel<?> service, Operation<?, ?, O> operation) {
    WireProtocol protocol = WireProtocol.of(service.metadata().protocol());
    O output = random.next(operation.output());
    WireResponse response = protocol.encodeResponse(service, operation, output, "id-1");
    assertThat(response.status()).isEqualTo(200);
    assertThat(protocol.decodeResponse(operation, response))
        .as("-Dblockseal.seed=" + seed)
        .isEqualTo(output);
  }

  @Test
  void modelledErrorsComeBackAsTheirClass() {
    WireProtocol protocol = WireProtocol.of(KmsModel.SERVICE.metadata().protocol());
    AwsException back =
        protocol.decodeError(
            KmsModel.SERVICE,
            protocol.encodeError(new NotFoundException("Key 'x' does not exist"), "id-1"));
    assertThat(back).isInstanceOf(NotFoundException.class).hasMessage("Key 'x' does not exist");
    assertThat(back.httpStatus()).isEqualTo(400);
  }

  @Test
  void otherErrorsComeBackWithCodeStatusAndMessage() {
    for (ServiceModel<?> service :
        new ServiceModel<?>[] {KmsModel.SERVICE, Ec2Model.SERVICE, StsModel.SERVICE}) {
      WireProtocol protocol = WireProtocol.of(service.metadata().protocol());
      AwsException sent = AwsException.sender("Some.Code", 403, "5 < 6 & \"so\"");
      AwsException back = protocol.decodeError(service, protocol.encodeError(sent, "id-1"));
      assertThat(back.code()).isEqualTo("Some.Code");
      assertThat(back.httpStatus()).isEqualTo(403);
      assertThat(back).hasMessage("5 < 6 & \"so\"");
    }
  }

  @Test
  void answersOfSomethingElseBecomeErrorsWithTheStatus() {
    for (ServiceModel<?> service : new ServiceModel<?>[] {KmsModel.SERVICE, Ec2Model.SERVICE}) {
      WireProtocol protocol = WireProtocol.of(service.metadata().protocol());
      WireResponse page =
          new WireResponse(502, Headers.none(), "Bad <b> Gateway".getBytes(StandardCharsets.UTF_8));
      AwsException error = protocol.decodeError(service, page);
      assertThat(error.code()).isEqualTo("HttpStatus502");
      assertThat(error.fault()).isEqualTo(AwsException.Fault.RECEIVER);
    }
  }
}
