package io.blockseal.kms.hsm;

/// What one try at a passphrase costs.
///
/// @param memoryKib memory in KiB
/// @param passes how often the memory is gone through
/// @param lanes how many lanes it is cut into
public record Argon2Cost(int memoryKib, int passes, int lanes) {
  /// RFC 9106, section 4, second recommended option: 64 MiB, 3 passes, 4 lanes.
  public static final Argon2Cost RECOMMENDED = new Argon2Cost(64 << 10, 3, 4);

  private static final int MAX_MEMORY_KIB = 4 << 20;
  private static final int MAX_PASSES = 64;
  private static final int MAX_LANES = 64;

  public Argon2Cost {
    if (lanes < 1
        || lanes > MAX_LANES
        || passes < 1
        || passes > MAX_PASSES
        || memoryKib < 8 * lanes
        || memoryKib > MAX_MEMORY_KIB) {
      throw new IllegalArgumentException(
          "Argon2id with %d KiB, %d passes, %d lanes; allowed are 8 a lane to %d KiB, 1 to %d, 1 to %d"
              .formatted(memoryKib, passes, lanes, MAX_MEMORY_KIB, MAX_PASSES, MAX_LANES));
    }
  }
}
