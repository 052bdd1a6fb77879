package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Allocation;
import io.blockseal.fuzz.Edits;
import io.blockseal.fuzz.Seals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A journal segment with any bytes in it is one with some entries, each of them those bytes again,
/// or is refused.
class JournalFuzzTest {
  private static final long MAX_ALLOCATION = 16 << 20;
  private static final int HALF = 1;
  private static final byte[] GOLDEN = golden();

  static Stream<byte[]> edits() {
    return Stream.of(
        new byte[0],
        Edits.of(4096 + 4, (byte) 4),
        Edits.ofInt(4096 + 28, 1 << 30),
        Edits.ofInt(12, Integer.MAX_VALUE),
        Edits.ofLong(16, Long.MAX_VALUE));
  }

  @MethodSource("edits")
  @FuzzTest
  void segment(byte[] data) throws FormatException {
    byte[] changed = Edits.applied(data, GOLDEN);
    Allocation.atMost(MAX_ALLOCATION, () -> read(changed));
    byte[] sealed = changed.clone();
    Seals.sealSegment(sealed, 0, sealed.length);
    Allocation.atMost(MAX_ALLOCATION, () -> read(sealed));
  }

  private static void read(byte[] bytes) throws FormatException {
    JournalSegment segment;
    try {
      segment = JournalSegment.parse(head(bytes), HALF, 2L * bytes.length);
    } catch (FormatException e) {
      return;
    }
    assertThat(JournalSegment.parse(segment.head(), HALF, 2L * bytes.length)).isEqualTo(segment);
    ByteBuffer fields = Seals.fields(bytes);
    JournalScan scan = JournalScan.of(segment, fields);
    int end = JournalSegment.HEAD_BYTES;
    for (JournalEntry entry : scan.entries()) {
      assertThat(entry.offset()).isEqualTo(end);
      byte[] written = Arrays.copyOfRange(bytes, end, end + entry.lengthBytes());
      byte[] rewritten = written.clone();
      ByteBuffer head = Seals.fields(rewritten);
      JournalLog.putHead(entry, head, segment, JournalEntry.bodyCrc(head, entry.lengthBytes()));
      assertThat(rewritten).isEqualTo(written);
      end += JournalEntry.padded(entry.lengthBytes());
    }
    assertThat(scan.end()).isEqualTo(end);
  }

  private static byte[] head(byte[] bytes) {
    return Arrays.copyOf(bytes, JournalSegment.HEAD_BYTES);
  }

  private static byte[] golden() {
    try {
      return HexDump.parse(HexDump.golden("journal-segment-v1"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
