package io.blockseal.aws.shape;

import org.jspecify.annotations.Nullable;

/// One member of a structure. Immutable.
///
/// @param name as the model and JSON write it, such as `KeyId`
/// @param javaName the record component, such as `keyId`
/// @param locationName what Query and XML protocols call it where that is not `name`
/// @param queryName what the EC2 Query protocol calls it in a request where that is not the
///   capitalised `locationName`
public record Member(
    String name,
    String javaName,
    @Nullable String locationName,
    @Nullable String queryName,
    boolean required,
    Shape shape) {

  /// What an XML answer calls it.
  public String xmlName() {
    return locationName == null ? name : locationName;
  }
}
