package io.blockseal.aws.wire;

import static org.assertj.core.api.Assertions.fail;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.Ec2Model;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.sts.StsModel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever comes, nothing but an [AwsException] comes of it: broken requests, broken answers,
/// random bytes.
class MalformedInputTest {

  private static final int ROUNDS = 4000;

  private final long seed = Long.getLong("blockseal.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  static List<ServiceModel<?>> services() {
    return List.of(KmsModel.SERVICE, Ec2Model.SERVICE, StsModel.SERVICE);
  }

  @ParameterizedTest
  @MethodSource("services")
  void throwsNothingElse(ServiceModel<?> service) {
    RandomStructures structures = new RandomStructures(random);
    WireProtocol protocol = WireProtocol.of(service.metadata().protocol());
    for (int i = 0; i < ROUNDS; i++) {
      Operation<?, ?, ?> operation =
          service.operations().get(random.nextInt(service.operations().size()));
      WireRequest request =
          protocol.encodeRequest(service, operation, structures.next(operation.input()));
      byte[] body = mutated(request.body());
      check(
          body,
          () -> {
            WireProtocol.DecodedCall<?, ?> call =
                protocol.decodeRequest(service, withBody(request, body));
            protocol.validate(call.input());
            call.input().toRecord();
          });
      byte[] answer =
          mutated(
              protocol
                  .encodeResponse(service, operation, structures.next(operation.output()), "id")
                  .body());
      check(
          answer,
          () -> protocol.decodeResponse(operation, new WireResponse(200, Headers.none(), answer)));
      check(
          answer,
          () -> sink(protocol.decodeError(service, new WireResponse(400, Headers.none(), answer))));
    }
  }

  private static void sink(AwsException error) {
    if (error.code().isEmpty()) {
      throw new IllegalStateException("an error without a code");
    }
  }

  private void check(byte[] input, Runnable call) {
    try {
      call.run();
    } catch (AwsException e) {
      // What a peer deserves.
    } catch (RuntimeException | StackOverflowError e) {
      fail(
          "-Dblockseal.seed=" + seed + " with " + new String(input, StandardCharsets.ISO_8859_1),
          e);
    }
  }

  private byte[] mutated(byte[] body) {
    if (random.nextInt(20) == 0 || body.length == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] mutated = body.clone();
    byte[] telling = "{}[]\",:=&.%<>/0123456789-+enul\0\u007f".getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(mutated.length);
      mutated[at] =
          random.nextBoolean()
              ? telling[random.nextInt(telling.length)]
              : (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(mutated, random.nextInt(mutated.length))
        : mutated;
  }

  private static WireRequest withBody(WireRequest request, byte[] body) {
    return new WireRequest(
        request.method(),
        request.rawPath(),
        request.rawQuery(),
        request.headers(),
        body,
        request.sourceIp());
  }
}
