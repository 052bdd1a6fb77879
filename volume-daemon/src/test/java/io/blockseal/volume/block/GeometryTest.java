package io.blockseal.volume.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GeometryTest {
  private static final long MIB = 1 << 20;
  private static final int KIB = 1 << 10;

  @Test
  void putsUntaggedChunksOneAfterTheOtherBehindTheFirstMebibyte() {
    Geometry geometry = new Geometry(2 * MIB, false);
    assertThat(geometry.chunkCount()).isEqualTo(4);
    assertThat(geometry.storedChunkBytes()).isEqualTo(512 * KIB);
    assertThat(geometry.chunkHome(0)).isEqualTo(MIB);
    assertThat(geometry.chunkHome(3)).isEqualTo(MIB + 3 * 512 * KIB);
    assertThat(geometry.unitHome(0)).isEqualTo(MIB);
    assertThat(geometry.unitHome(129)).isEqualTo(MIB + 129 * 4096);
    assertThat(geometry.fileBytes()).isEqualTo(3 * MIB);
  }

  @Test
  void putsATagPageAheadOfTheUnitsOfATaggedChunk() {
    Geometry geometry = new Geometry(2 * MIB, true);
    assertThat(geometry.storedChunkBytes()).isEqualTo(528_384);
    long nodes = 4 * 8 * KIB;
    assertThat(geometry.chunkHome(1)).isEqualTo(MIB + nodes + 516 * KIB);
    assertThat(geometry.tagPageHome(1)).isEqualTo(MIB + nodes + 516 * KIB);
    assertThat(geometry.unitHome(127)).isEqualTo(MIB + nodes + 4 * KIB + 127 * 4096);
    assertThat(geometry.unitHome(128)).isEqualTo(MIB + nodes + 516 * KIB + 4 * KIB);
    assertThat(geometry.fileBytes()).isEqualTo(MIB + nodes + 4 * 516 * KIB);
  }

  @Test
  void givesAShortLastChunkAFullHome() {
    Geometry geometry = new Geometry(512 * KIB + 3 * 4096, false);
    assertThat(geometry.unitCount()).isEqualTo(131);
    assertThat(geometry.chunkCount()).isEqualTo(2);
    assertThat(geometry.unitsInChunk(0)).isEqualTo(128);
    assertThat(geometry.unitsInChunk(1)).isEqualTo(3);
    assertThat(geometry.fileBytes()).isEqualTo(2 * MIB);
  }

  @Test
  void namesTheUnitAndChunkOfAByte() {
    Geometry geometry = new Geometry(MIB, true);
    assertThat(geometry.unitAt(0)).isZero();
    assertThat(geometry.unitAt(4095)).isZero();
    assertThat(geometry.unitAt(4096)).isEqualTo(1);
    assertThat(geometry.unitAt(MIB - 1)).isEqualTo(255);
    assertThat(Geometry.chunkOf(127)).isZero();
    assertThat(Geometry.chunkOf(128)).isEqualTo(1);
    assertThat(Geometry.firstUnitOf(2)).isEqualTo(256);
    assertThat(Geometry.indexInChunk(130)).isEqualTo(2);
  }

  @Test
  void placesTheLastUnitOfTheLargestVolumeWithoutOverflow() {
    Geometry geometry = new Geometry(Geometry.MAX_SIZE_BYTES, true);
    assertThat(geometry.unitHome(geometry.unitCount() - 1) + 4096).isEqualTo(geometry.fileBytes());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -4096, 1, 4095, 4097, Geometry.MAX_SIZE_BYTES + 4096, Long.MAX_VALUE})
  void refusesASizeThatIsNoWholeNumberOfUnits(long sizeBytes) {
    assertThatThrownBy(() -> new Geometry(sizeBytes, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(sizeBytes));
  }

  @Test
  void refusesPlacesOutsideTheVolume() {
    Geometry geometry = new Geometry(4096, false);
    assertThatThrownBy(() -> geometry.chunkHome(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> geometry.chunkHome(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> geometry.unitHome(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> geometry.unitAt(4096)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> geometry.unitsInChunk(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void namesTheChunkOfAByteOfTheFile(boolean tagged) {
    Geometry geometry = new Geometry(Geometry.MAX_SIZE_BYTES, tagged);
    long last = geometry.chunkCount() - 1;
    for (long chunk :
        new long[] {0, 1, 127, 128, 129, 16_383, 16_384, 2_097_152, 99_999_999, last}) {
      long home = geometry.chunkHome(chunk);
      assertThat(geometry.chunkAt(home)).isEqualTo(chunk);
      assertThat(geometry.chunkAt(home + geometry.storedChunkBytes() - 1)).isEqualTo(chunk);
      if (chunk > 0) {
        long end = geometry.chunkHome(chunk - 1) + geometry.storedChunkBytes();
        assertThat(geometry.chunkAt(end)).isEqualTo(chunk);
        assertThat(geometry.chunkAt(home - 1)).isEqualTo(end == home ? chunk - 1 : chunk);
      }
    }
    assertThatThrownBy(() -> geometry.chunkAt(MIB - 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hasNoTagPageInAnUntaggedLayout() {
    assertThatThrownBy(() -> new Geometry(4096, false).tagPageHome(0))
        .isInstanceOf(IllegalStateException.class);
  }
}
