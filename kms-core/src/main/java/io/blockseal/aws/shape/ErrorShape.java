package io.blockseal.aws.shape;

import io.blockseal.aws.AwsException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An error that a service model names: its code on the wire and the exception that stands for it.
/// Immutable.
public record ErrorShape(String code, Function<@Nullable String, AwsException> constructor) {

  public AwsException make(@Nullable String message) {
    return constructor.apply(message);
  }
}
