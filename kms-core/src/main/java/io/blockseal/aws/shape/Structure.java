package io.blockseal.aws.shape;

import org.jspecify.annotations.Nullable;

/// A value with named members: every generated record, and a request that is decoded but not yet
/// valid.
public interface Structure {

  StructureShape<?> shape();

  /// The value of the member at this index of the shape's list; null if absent.
  @Nullable Object valueAt(int index);
}
