package io.blockseal.aws.gateway;

import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Ids of requests: version 4 UUIDs.
public final class RequestIds {

  private static final long VERSION_BITS = 0x000000000000F000L;
  private static final long VERSION_4 = 0x0000000000004000L;
  private static final long VARIANT_BITS = 0xC000000000000000L;
  private static final long VARIANT_2 = 0x8000000000000000L;

  private RequestIds() {}

  /// A source of ids, thread-safe if the generator is. They name requests and guard nothing.
  public static Supplier<String> of(RandomGenerator random) {
    return () ->
        new UUID(
                (random.nextLong() & ~VERSION_BITS) | VERSION_4,
                (random.nextLong() & ~VARIANT_BITS) | VARIANT_2)
            .toString();
  }
}
