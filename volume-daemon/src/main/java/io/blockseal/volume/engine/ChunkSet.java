package io.blockseal.volume.engine;

import java.util.BitSet;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// A set of chunk numbers. Immutable.
public final class ChunkSet {
  private static final ChunkSet EMPTY = new ChunkSet(new BitSet());

  private final BitSet bits;

  private ChunkSet(BitSet bits) {
    this.bits = bits;
  }

  public static ChunkSet empty() {
    return EMPTY;
  }

  public static ChunkSet of(long... chunks) {
    return of(LongStream.of(chunks));
  }

  public static ChunkSet of(LongStream chunks) {
    BitSet bits = new BitSet();
    chunks.forEach(chunk -> bits.set(index(chunk)));
    return new ChunkSet(bits);
  }

  /// The chunks 0 to `chunkCount - 1`.
  public static ChunkSet allBelow(long chunkCount) {
    BitSet bits = new BitSet();
    bits.set(0, index(chunkCount));
    return new ChunkSet(bits);
  }

  /// The set whose members are the bits of `bytes`, the lowest bit of the first byte being chunk 0.
  public static ChunkSet ofBytes(byte[] bytes) {
    return new ChunkSet(BitSet.valueOf(bytes));
  }

  /// The set whose members are the bits of `bits`, of which it keeps a copy.
  static ChunkSet ofBits(BitSet bits) {
    return new ChunkSet((BitSet) bits.clone());
  }

  /// The form that [#ofBytes] takes, without trailing zeros.
  public byte[] toBytes() {
    return bits.toByteArray();
  }

  public boolean contains(long chunk) {
    return chunk >= 0 && chunk <= Integer.MAX_VALUE && bits.get((int) chunk);
  }

  /// How many chunks there are.
  public long count() {
    return bits.cardinality();
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  /// The smallest chunk from `chunk` on, or -1.
  public long nextFrom(long chunk) {
    return chunk > Integer.MAX_VALUE ? -1 : bits.nextSetBit((int) chunk);
  }

  /// All chunks, ascending.
  public LongStream stream() {
    return bits.stream().asLongStream();
  }

  /// Calls `body` with every chunk, ascending.
  public void forEach(LongConsumer body) {
    stream().forEach(body);
  }

  /// The chunks of this set and of `other`.
  public ChunkSet plus(ChunkSet other) {
    BitSet sum = (BitSet) bits.clone();
    sum.or(other.bits);
    return new ChunkSet(sum);
  }

  /// The chunks of this set without those of `other`.
  public ChunkSet minus(ChunkSet other) {
    BitSet rest = (BitSet) bits.clone();
    rest.andNot(other.bits);
    return new ChunkSet(rest);
  }

  /// The chunks of this set below `chunkCount`.
  public ChunkSet below(long chunkCount) {
    BitSet rest = (BitSet) bits.clone();
    rest.clear(index(Math.min(chunkCount, Integer.MAX_VALUE)), Integer.MAX_VALUE);
    return new ChunkSet(rest);
  }

  /// A copy of the bits.
  BitSet toBits() {
    return (BitSet) bits.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkSet that && bits.equals(that.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return bits.toString();
  }

  private static int index(long chunk) {
    if (chunk < 0 || chunk > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "chunk %d is not between 0 and %d".formatted(chunk, Integer.MAX_VALUE));
    }
    return (int) chunk;
  }
}
