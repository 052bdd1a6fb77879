package io.blockseal.aws.shape;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A service as its model describes it, cut to the operations that are served. Immutable.
///
/// @param <A> the service's interface
public final class ServiceModel<A> {

  /// What a model says about the service as a whole.
  ///
  /// @param signingName the service in a signature's credential scope
  /// @param targetPrefix what `X-Amz-Target` puts before the operation; empty unless the protocol
  ///   is AWS JSON
  /// @param xmlNamespace the namespace of XML answers; empty for AWS JSON
  public record Metadata(
      String signingName,
      Protocol protocol,
      String apiVersion,
      String targetPrefix,
      String xmlNamespace) {}

  private final Metadata metadata;
  private final Map<String, Operation<A, ?, ?>> operations = new LinkedHashMap<>();
  private final Map<String, ErrorShape> errors = new LinkedHashMap<>();

  public ServiceModel(
      Metadata metadata, List<Operation<A, ?, ?>> operations, List<ErrorShape> errors) {
    this.metadata = metadata;
    operations.forEach(operation -> this.operations.put(operation.name(), operation));
    errors.forEach(error -> this.errors.put(error.code(), error));
  }

  public Metadata metadata() {
    return metadata;
  }

  /// The operations that are served, by name.
  public List<Operation<A, ?, ?>> operations() {
    return List.copyOf(operations.values());
  }

  /// The operation of this name; null if it is not served.
  public @Nullable Operation<A, ?, ?> operation(String name) {
    return operations.get(name);
  }

  /// The modelled error with this code on the wire; null if the model has none.
  public @Nullable ErrorShape error(String code) {
    return errors.get(code);
  }
}
