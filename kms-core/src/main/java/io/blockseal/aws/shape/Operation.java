package io.blockseal.aws.shape;

import io.blockseal.aws.Caller;

/// One operation of a service: what goes in, what comes out, and the method that serves it.
/// Immutable.
///
/// @param <A> the service's interface
/// @param answersBody false if the model gives the operation no output; some protocols then answer
///   with no body
public record Operation<A, I extends Structure, O extends Structure>(
    String name,
    StructureShape<I> input,
    StructureShape<O> output,
    boolean answersBody,
    String httpMethod,
    String requestUri,
    Invocation<A, I, O> invocation) {

  /// Calls the method of the interface.
  @FunctionalInterface
  public interface Invocation<A, I, O> {
    O invoke(A api, Caller caller, I request);
  }
}
