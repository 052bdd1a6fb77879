package io.blockseal.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The memory of a running process, as root can copy it: everything that it may read itself, apart
/// from the code of libraries.
final class ProcessMemory {
  private static final int PIECE_BYTES = 1 << 20;

  /// What is to be copied: all, or not the part that a JVM keeps its objects in.
  record Range(long from, long to) {
    static final Range NONE = new Range(0, 0);

    /// The heap of a JVM, from what `jcmd GC.heap_info` says.
    static Range heapOf(long pid) {
      String info = Shell.run(jcmd(), Long.toString(pid), "GC.heap_info");
      List<Long> addresses =
          Pattern.compile("0x([0-9a-f]{8,16})")
              .matcher(info)
              .results()
              .map(match -> Long.parseUnsignedLong(match.group(1), 16))
              .sorted()
              .toList();
      if (addresses.size() < 2) {
        throw new AssertionError("no addresses in " + info);
      }
      return new Range(addresses.getFirst(), addresses.getLast());
    }

    private boolean holds(long address) {
      return address >= from && address < to;
    }
  }

  private ProcessMemory() {}

  static String jcmd() {
    return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
  }

  /// Copies the memory one region behind the other.
  static void copy(long pid, Range without, Path target) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r");
        OutputStream out = Files.newOutputStream(target)) {
      for (String line : Files.readAllLines(process.resolve("maps"))) {
        String[] fields = line.split("\\s+", 6);
        String[] bounds = fields[0].split("-", 2);
        long from = Long.parseUnsignedLong(bounds[0], 16);
        long to = Long.parseUnsignedLong(bounds[1], 16);
        boolean readable = fields[1].startsWith("r") && from >= 0;
        boolean ofTheKernel = fields.length > 5 && fields[5].startsWith("[v");
        if (readable && !ofTheKernel && !without.holds(from)) {
          copy(memory, from, to, out);
        }
      }
    }
  }

  private static void copy(RandomAccessFile memory, long from, long to, OutputStream out)
      throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (long at = from; at < to; ) {
      int length = (int) Math.min(PIECE_BYTES, to - at);
      memory.seek(at);
      int n;
      try {
        n = memory.read(piece, 0, length);
      } catch (IOException beyondAFile) { // a mapping that is longer than what it maps
        return;
      }
      if (n <= 0) {
        return;
      }
      out.write(piece, 0, n);
      at += n;
    }
  }
}
