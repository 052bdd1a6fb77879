package io.blockseal.it;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/// Random reads, writes, truncations, holes and mapped accesses on one file, each compared with a
/// copy in memory; after the idea of `fsx`. What it does follows from the seed.
final class RandomFileCheck implements Callable<Long> {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_REQUEST_BYTES = 96 << 10;

  private final Path file;
  private final long seed;
  private final long untilNs;
  private final SplittableRandom random;
  private final byte[] model = new byte[MAX_BYTES];
  private int size;
  private long operations;

  /// @param untilNs when it ends, by `System.nanoTime`
  RandomFileCheck(Path file, long seed, long untilNs) {
    this.file = file;
    this.seed = seed;
    this.untilNs = untilNs;
    random = new SplittableRandom(seed);
  }

  /// @return how many operations there were
  /// @throws AssertionError at the first byte that differs
  @Override
  public Long call() throws IOException {
    while (System.nanoTime() - untilNs < 0) {
      try (FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          BlockFile holes = BlockFile.open(file, false, 1)) {
        for (int i = 0; i < 200 && System.nanoTime() - untilNs < 0; i++) {
          next(channel, holes);
          operations++;
        }
        compare(channel, 0, size);
      }
    }
    return operations;
  }

  private void next(FileChannel channel, BlockFile holes) throws IOException {
    switch (random.nextInt(8)) {
      case 0, 1 -> write(channel);
      case 2 -> truncate(channel);
      case 3 -> punch(holes);
      case 4 -> writeMapped(channel);
      case 5 -> readMapped(channel);
      case 6 -> channel.force(random.nextBoolean());
      default -> {
        int from = size == 0 ? 0 : random.nextInt(size);
        compare(channel, from, Math.min(size, from + random.nextInt(1, MAX_REQUEST_BYTES)));
      }
    }
  }

  private void write(FileChannel channel) throws IOException {
    int from = random.nextInt(MAX_BYTES);
    byte[] bytes = new byte[random.nextInt(1, Math.min(MAX_REQUEST_BYTES, MAX_BYTES - from) + 1)];
    random.nextBytes(bytes);
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      channel.write(source, from + source.position());
    }
    System.arraycopy(bytes, 0, model, from, bytes.length);
    size = Math.max(size, from + bytes.length);
  }

  private void truncate(FileChannel channel) throws IOException {
    int to = random.nextInt(MAX_BYTES);
    if (to < size) {
      channel.truncate(to);
      Arrays.fill(model, to, size, (byte) 0);
      size = to;
    } else {
      channel.write(ByteBuffer.allocate(1), to);
      model[to] = 0;
      size = to + 1;
    }
  }

  private void punch(BlockFile holes) throws IOException {
    int from = random.nextInt(MAX_BYTES);
    int length = random.nextInt(1, MAX_REQUEST_BYTES);
    holes.discard(from, length);
    Arrays.fill(model, from, Math.min(MAX_BYTES, from + length), (byte) 0);
  }

  private void writeMapped(FileChannel channel) throws IOException {
    if (size == 0) {
      return;
    }
    int from = random.nextInt(size);
    int length = random.nextInt(1, Math.min(MAX_REQUEST_BYTES, size - from) + 1);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, from, length, arena);
      MemorySegment.copy(bytes, 0, mapped, ValueLayout.JAVA_BYTE, 0, length);
      if (random.nextBoolean()) {
        mapped.force();
      }
    }
    System.arraycopy(bytes, 0, model, from, length);
  }

  private void readMapped(FileChannel channel) throws IOException {
    if (size == 0) {
      return;
    }
    int from = random.nextInt(size);
    int length = random.nextInt(1, Math.min(MAX_REQUEST_BYTES, size - from) + 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, from, length, arena);
      judge(mapped.toArray(ValueLayout.JAVA_BYTE), from, "mapped");
    }
  }

  private void compare(FileChannel channel, int from, int to) throws IOException {
    if (channel.size() != size) {
      throw new AssertionError(
          "%s has %d bytes, expected %d (seed %d, operation %d)"
              .formatted(file, channel.size(), size, seed, operations));
    }
    ByteBuffer target = ByteBuffer.allocate(to - from);
    while (target.hasRemaining() && channel.read(target, from + target.position()) > 0) {}
    judge(Arrays.copyOf(target.array(), target.position()), from, "read");
  }

  private void judge(byte[] seen, int from, String how) {
    int at = Arrays.mismatch(seen, 0, seen.length, model, from, from + seen.length);
    if (at >= 0) {
      throw new AssertionError(
          "byte %d of %s is %d when %s, expected %d (seed %d, operation %d)"
              .formatted(from + at, file, seen[at], how, model[from + at], seed, operations));
    }
  }
}
