package io.blockseal.generator;

import java.util.stream.Collectors;

/// The sources of a service as a whole: its interface, its operation table, its errors.
final class ServiceSource {

  private final Model model;

  ServiceSource(Model model) {
    this.model = model;
  }

  static String exception(Model.Failure failure) {
    return """
    import io.blockseal.aws.AwsException;
    import org.jspecify.annotations.Nullable;

    /// The error `%1$s` of the service model.
    public final class %1$s extends AwsException {

      private static final long serialVersionUID = 1L;

      /// With no message, the wire carries the code alone.
      public %1$s(@Nullable String message) {
        super(%2$s, %3$d, Fault.%4$s, message);
      }
    }
    """
        .formatted(
            failure.name(),
            Names.literal(failure.code()),
            failure.httpStatus(),
            failure.fault() ? "RECEIVER" : "SENDER");
  }

  String api() {
    String methods =
        model.operations().stream()
            .map(
                o ->
                    "\n  %s %s(Caller caller, %s request);\n"
                        .formatted(o.output(), o.methodName(), o.input()))
            .collect(Collectors.joining());
    return """
    import io.blockseal.aws.Caller;

    /// The operations of the service. A call that fails throws an [io.blockseal.aws.AwsException].
    public interface %sApi {
    %s}
    """
        .formatted(model.prefix(), methods);
  }

  String remote() {
    String prefix = model.prefix();
    String methods =
        model.operations().stream()
            .map(
                o ->
                    """

                      @Override
                      public %1$s %2$s(Caller caller, %3$s request) {
                        return service.call(%4$sModel.%5$s, request);
                      }
                    """
                        .formatted(
                            o.output(),
                            o.methodName(),
                            o.input(),
                            prefix,
                            Names.constant(o.name())))
            .collect(Collectors.joining());
    return """
    import io.blockseal.aws.Caller;
    import io.blockseal.aws.client.ClientSettings;
    import io.blockseal.aws.client.RemoteService;

    /// The service behind an endpoint. Thread-safe.
    ///
    /// Who calls is decided by the credentials of the settings: the callers that the methods take are ignored.
    public final class Remote%1$s implements %1$sApi, AutoCloseable {

      private final RemoteService<%1$sApi> service;

      public Remote%1$s(ClientSettings settings) {
        this.service = new RemoteService<>(%1$sModel.SERVICE, settings);
      }
    %2$s
      /// Waits for calls under way, then lets go of the connections.
      @Override
      public void close() {
        service.close();
      }
    }
    """
        .formatted(prefix, methods);
  }

  String model() {
    String api = model.prefix() + "Api";
    String constants =
        model.operations().stream().map(o -> operation(api, o)).collect(Collectors.joining("\n"));
    String names =
        model.operations().stream()
            .map(o -> "              " + Names.constant(o.name()))
            .collect(Collectors.joining(",\n"));
    String errors =
        model.failures().stream()
            .map(
                f ->
                    "              new ErrorShape(%s, %s::new)"
                        .formatted(Names.literal(f.code()), f.name()))
            .collect(Collectors.joining(",\n", model.failures().isEmpty() ? "" : "\n", ""));
    return """
    import io.blockseal.aws.shape.ErrorShape;
    import io.blockseal.aws.shape.Operation;
    import io.blockseal.aws.shape.Protocol;
    import io.blockseal.aws.shape.ServiceModel;
    import java.util.List;

    /// The operation table of the service.
    public final class %1$sModel {

    %2$s
      public static final ServiceModel<%1$sApi> SERVICE =
          new ServiceModel<>(
              new ServiceModel.Metadata(%3$s, Protocol.%4$s, %5$s, %6$s, %7$s),
              List.of(
    %8$s),
              List.of(%9$s));

      private %1$sModel() {}
    }
    """
        .formatted(
            model.prefix(),
            constants,
            Names.literal(model.signingName()),
            protocol(),
            Names.literal(model.metadata("apiVersion")),
            Names.literal(model.metadata("targetPrefix")),
            Names.literal(namespace()),
            names,
            errors);
  }

  private String operation(String api, Model.Operation o) {
    return """
      public static final Operation<%1$s, %2$s, %3$s> %4$s =
          new Operation<>(
              %5$s, %2$s.SHAPE, %3$s.SHAPE, %6$s, %7$s, %8$s, %1$s::%9$s);
    """
        .formatted(
            api,
            o.input(),
            o.output(),
            Names.constant(o.name()),
            Names.literal(o.name()),
            o.hasOutput(),
            Names.literal(o.method()),
            Names.literal(o.uri()),
            o.methodName());
  }

  private String protocol() {
    return switch (model.protocol()) {
      case "json" -> "AWS_JSON";
      case "query" -> "QUERY";
      case "ec2" -> "EC2_QUERY";
      default ->
          throw new IllegalArgumentException("protocol " + model.protocol() + " is not handled");
    };
  }

  /// EC2 answers with a slash at the end of the namespace that its model leaves out.
  private String namespace() {
    String namespace = model.metadata("xmlNamespace");
    return namespace.isEmpty() || namespace.endsWith("/") ? namespace : namespace + "/";
  }
}
