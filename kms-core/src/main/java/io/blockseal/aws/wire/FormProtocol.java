package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.ErrorShape;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/// Query and EC2 Query: a form in, with the operation in `Action`, and XML out.
///
/// | | Query | EC2 |
/// |---|---|---|
/// | answer | `<XResponse><XResult>…</XResult><ResponseMetadata><RequestId>` | `<XResponse><requestId>…` |
/// | no output | no `XResult` | `<return>true</return>` |
/// | error | `<ErrorResponse><Error>…</Error><RequestId>` | `<Response><Errors><Error>…</Errors><RequestID>` |
final class FormProtocol implements WireProtocol {

  static final FormProtocol QUERY = new FormProtocol(FormDialect.QUERY);
  static final FormProtocol EC2 = new FormProtocol(FormDialect.EC2);

  private static final Headers XML = Headers.of("content-type", "text/xml;charset=UTF-8");
  private static final String FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8";

  /// What belongs to the protocol or to a signature in the query string, and to no operation.
  private static final List<String> COMMON_FIELDS =
      List.of(
          "Version",
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-Security-Token",
          "X-Amz-Signature",
          "X-Amz-SignedHeaders");

  private final FormDialect dialect;
  private final FormReader reader;

  private FormProtocol(FormDialect dialect) {
    this.dialect = dialect;
    this.reader = new FormReader(dialect);
  }

  @Override
  public <A> DecodedCall<A, ?> decodeRequest(ServiceModel<A> service, WireRequest request) {
    Form form =
        Form.parse(request.rawQuery(), new String(request.body(), StandardCharsets.UTF_8).strip());
    Form action = form.child("Action");
    String name = action == null ? null : action.value();
    if (name == null) {
      throw AwsException.sender("MissingAction", 400, "The request is missing an action.");
    }
    dialect.checkVersion(service.metadata().apiVersion(), form);
    Operation<A, ?, ?> operation = service.operation(name);
    if (operation == null) {
      throw AwsException.sender(
          "InvalidAction", 400, "The action " + name + " is not valid for this web service.");
    }
    COMMON_FIELDS.forEach(form::child);
    return decode(operation, form);
  }

  private <A, I extends Structure> DecodedCall<A, I> decode(
      Operation<A, I, ?> operation, Form form) {
    RawStructure<I> input = reader.read(operation.input(), form);
    dialect.refuseUnread(form);
    return new DecodedCall<>(operation, input);
  }

  @Override
  public void validate(Structure input) {
    dialect.validate(input);
  }

  @Override
  public WireResponse encodeResponse(
      ServiceModel<?> service, Operation<?, ?, ?> operation, Structure output, String requestId) {
    String root = operation.name() + "Response";
    XmlWriter xml = new XmlWriter().open(root, service.metadata().xmlNamespace());
    switch (dialect) {
      case EC2 -> {
        xml.element("requestId", requestId);
        if (operation.answersBody()) {
          xml.members(output, dialect);
        } else {
          xml.element("return", "true");
        }
      }
      case QUERY -> {
        if (operation.answersBody()) {
          String result = operation.name() + "Result";
          xml.open(result).members(output, dialect).close(result);
        }
        xml.open("ResponseMetadata").element("RequestId", requestId).close("ResponseMetadata");
      }
    }
    return new WireResponse(200, XML, xml.close(root).toBytes());
  }

  @Override
  public WireResponse encodeError(AwsException error, String requestId) {
    XmlWriter xml = new XmlWriter();
    String message = error.getMessage() == null ? "" : error.getMessage();
    switch (dialect) {
      case EC2 ->
          xml.open("Response")
              .open("Errors")
              .open("Error")
              .element("Code", error.code())
              .element("Message", message)
              .close("Error")
              .close("Errors")
              .element("RequestID", requestId)
              .close("Response");
      case QUERY ->
          xml.open("ErrorResponse")
              .open("Error")
              .element("Type", error.fault() == AwsException.Fault.SENDER ? "Sender" : "Receiver")
              .element("Code", error.code())
              .element("Message", message)
              .close("Error")
              .element("RequestId", requestId)
              .close("ErrorResponse");
    }
    return new WireResponse(error.httpStatus(), XML, xml.toBytes());
  }

  @Override
  public WireRequest encodeRequest(
      ServiceModel<?> service, Operation<?, ?, ?> operation, Structure input) {
    String form =
        FormWriter.write(dialect, operation.name(), service.metadata().apiVersion(), input);
    return new WireRequest(
        operation.httpMethod(),
        operation.requestUri(),
        "",
        Headers.of("content-type", FORM_TYPE),
        form.getBytes(StandardCharsets.UTF_8),
        "");
  }

  @Override
  public <O extends Structure> O decodeResponse(
      Operation<?, ?, O> operation, WireResponse response) {
    try {
      XmlElement element = XmlElement.parse(response.body());
      if (dialect == FormDialect.QUERY) {
        XmlElement result = element.child(operation.name() + "Result");
        element = result == null ? element : result;
      }
      return XmlReader.read(operation.output(), element).toRecord();
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw MalformedResponse.of(
          response.status(), "cannot read the answer to " + operation.name(), e);
    }
  }

  @Override
  public AwsException decodeError(ServiceModel<?> service, WireResponse response) {
    XmlElement error = errorElement(response.body());
    String code = error == null ? null : error.childText("Code");
    String message = error == null ? null : error.childText("Message");
    if (code == null) {
      code = "HttpStatus" + response.status();
    }
    ErrorShape modelled = service.error(code);
    return modelled != null
        ? modelled.make(message)
        : new AwsException(
            code, response.status(), MalformedResponse.faultOf(response.status()), message);
  }

  /// The `<Error>` of either dialect; null if the body is something else, such as a proxy's page.
  private static @Nullable XmlElement errorElement(byte[] body) {
    try {
      XmlElement root = XmlElement.parse(body);
      XmlElement errors = root.child("Errors");
      return errors == null ? root.child("Error") : errors.child("Error");
    } catch (XMLStreamException e) {
      return null;
    }
  }
}
