package io.blockseal.aws.shape;

/// The smallest and largest value, or length, that a shape allows, both inclusive. Immutable.
public record Range(long min, long max) {

  /// No bound at either end.
  public static final Range ANY = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

  public boolean hasMin() {
    return min != Long.MIN_VALUE;
  }

  public boolean hasMax() {
    return max != Long.MAX_VALUE;
  }
}
