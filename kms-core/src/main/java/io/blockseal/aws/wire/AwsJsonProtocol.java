package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.ErrorShape;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// AWS JSON 1.1: the operation in `X-Amz-Target`, JSON in both directions, the error's code in
/// `__type`.
final class AwsJsonProtocol implements WireProtocol {

  static final AwsJsonProtocol INSTANCE = new AwsJsonProtocol();

  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final String TARGET = "x-amz-target";
  private static final byte[] NO_BODY = new byte[0];

  private AwsJsonProtocol() {}

  @Override
  public <A> DecodedCall<A, ?> decodeRequest(ServiceModel<A> service, WireRequest request) {
    String target = request.headers().first(TARGET).orElse("");
    String prefix = service.metadata().targetPrefix() + ".";
    Operation<A, ?, ?> operation =
        target.startsWith(prefix) ? service.operation(target.substring(prefix.length())) : null;
    if (operation == null) {
      throw AwsException.sender("UnknownOperationException", 400, null);
    }
    return decode(operation, request);
  }

  private static <A, I extends Structure> DecodedCall<A, I> decode(
      Operation<A, I, ?> operation, WireRequest request) {
    return new DecodedCall<>(operation, JsonReader.read(operation.input(), request.body()));
  }

  @Override
  public void validate(Structure input) {
    Constraints.requireValid(input, "ValidationException");
  }

  @Override
  public WireResponse encodeResponse(
      ServiceModel<?> service, Operation<?, ?, ?> operation, Structure output, String requestId) {
    byte[] body = operation.answersBody() ? JsonWriter.write(output) : NO_BODY;
    return new WireResponse(200, Headers.of("content-type", CONTENT_TYPE), body);
  }

  @Override
  public WireResponse encodeError(AwsException error, String requestId) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = JsonFormat.generator(json)) {
      generator.writeStartObject();
      generator.writeStringProperty("__type", error.code());
      if (error.getMessage() != null) {
        generator.writeStringProperty("message", error.getMessage());
      }
      generator.writeEndObject();
    }
    return new WireResponse(
        error.httpStatus(), Headers.of("content-type", CONTENT_TYPE), json.toByteArray());
  }

  @Override
  public WireRequest encodeRequest(
      ServiceModel<?> service, Operation<?, ?, ?> operation, Structure input) {
    Headers headers =
        Headers.of(
            "content-type",
            CONTENT_TYPE,
            TARGET,
            service.metadata().targetPrefix() + "." + operation.name());
    return new WireRequest(
        operation.httpMethod(), operation.requestUri(), "", headers, JsonWriter.write(input), "");
  }

  @Override
  public <O extends Structure> O decodeResponse(
      Operation<?, ?, O> operation, WireResponse response) {
    byte[] body = operation.answersBody() ? response.body() : NO_BODY;
    try {
      return JsonReader.read(operation.output(), body).toRecord();
    } catch (AwsException | IllegalArgumentException e) {
      throw MalformedResponse.of(
          response.status(), "cannot read the answer to " + operation.name(), e);
    }
  }

  @Override
  public AwsException decodeError(ServiceModel<?> service, WireResponse response) {
    ErrorText error = errorText(response.body());
    String header = response.headers().first("x-amzn-errortype").orElse("");
    String code = bareCode(error.type() == null ? header : error.type());
    if (code.isEmpty()) {
      code = "HttpStatus" + response.status();
    }
    ErrorShape modelled = service.error(code);
    return modelled != null
        ? modelled.make(error.message())
        : new AwsException(
            code, response.status(), MalformedResponse.faultOf(response.status()), error.message());
  }

  private record ErrorText(@Nullable String type, @Nullable String message) {}

  /// The two members of an error that matter; neither if the body is something else, such as a
  /// proxy's page.
  private static ErrorText errorText(byte[] body) {
    String type = null;
    String message = null;
    try (JsonParser parser = JsonFormat.parser(body)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
          if (isText && name.equals("__type")) {
            type = parser.getString();
          } else if (isText && name.equalsIgnoreCase("message")) {
            message = parser.getString();
          } else {
            parser.skipChildren();
          }
        }
      }
    } catch (JacksonException e) {
      return new ErrorText(null, null);
    }
    return new ErrorText(type, message);
  }

  /// `com.amazonaws.kms#NotFoundException:http://…` to `NotFoundException`.
  private static String bareCode(String type) {
    String code = type.substring(type.indexOf('#') + 1);
    int colon = code.indexOf(':');
    return colon < 0 ? code : code.substring(0, colon);
  }
}
