package io.blockseal.json;

import org.jspecify.annotations.Nullable;

/// Text that is not the JSON that was asked for.
public final class JsonSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonSyntaxException(String message) {
    super(message);
  }

  public JsonSyntaxException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
