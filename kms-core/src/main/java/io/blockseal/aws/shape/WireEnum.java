package io.blockseal.aws.shape;

/// A generated enum of an AWS model.
///
/// Each has a constant `UNRECOGNIZED` beside the model's: what a client makes of a value newer than
/// its model. A server never accepts it from a request and it is never written to a wire.
public interface WireEnum {

  /// The value as the wire carries it, such as `in-use`.
  String wireValue();
}
