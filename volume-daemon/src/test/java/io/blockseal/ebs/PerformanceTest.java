package io.blockseal.ebs;

import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.VolumeType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformanceTest {

  private static Performance asked(
      VolumeType type, int size, @Nullable Integer iops, @Nullable Integer throughput) {
    return Performance.asked(type, size, iops, throughput, null);
  }

  @ParameterizedTest
  @CsvSource({
    "GP2, 1, , , 100,",
    "GP2, 100, , , 300,",
    "GP2, 16384, , , 16000,",
    "GP3, 1, , , 3000, 125",
    "GP3, 65536, 80000, 2000, 80000, 2000",
    "GP3, 8, 4000, 1000, 4000, 1000",
    "IO1, 4, 200, , 200,",
    "IO2, 4, 4000, , 4000,",
    "ST1, 125, , , ,",
    "SC1, 16384, , , ,",
    "STANDARD, 1024, , , ,"
  })
  void isWhatTheTypeGives(
      VolumeType type,
      int size,
      @Nullable Integer iops,
      @Nullable Integer throughput,
      @Nullable Integer expectedIops,
      @Nullable Integer expectedThroughput) {
    Performance performance = asked(type, size, iops, throughput);

    assertThat(performance.iops()).isEqualTo(expectedIops);
    assertThat(performance.throughput()).isEqualTo(expectedThroughput);
  }

  @ParameterizedTest
  @CsvSource({
    "GP2, 0, , , InvalidParameterValue",
    "GP2, 16385, , , InvalidParameterValue",
    "GP2, 1, 3000, , InvalidParameterCombination",
    "GP2, 1, , 125, InvalidParameterCombination",
    "GP3, 65537, , , InvalidParameterValue",
    "GP3, 1, 2999, , InvalidParameterValue",
    "GP3, 100, 50001, , InvalidParameterValue",
    "GP3, 1, , 124, InvalidParameterValue",
    "GP3, 1, 3000, 751, InvalidParameterValue",
    "IO1, 4, , , MissingParameter",
    "IO1, 3, 100, , InvalidParameterValue",
    "IO1, 4, 201, , InvalidParameterValue",
    "IO2, 4, 4001, , InvalidParameterValue",
    "ST1, 124, , , InvalidParameterValue",
    "STANDARD, 1025, , , InvalidParameterValue"
  })
  void staysWithinTheLimitsOfTheType(
      VolumeType type,
      int size,
      @Nullable Integer iops,
      @Nullable Integer throughput,
      String code) {
    assertThat(refused(() -> asked(type, size, iops, throughput)).code()).isEqualTo(code);
  }

  @Test
  void isGp2UnlessAskedOtherwise() {
    assertThat(Performance.asked(null, 1, null, null, null).type()).isEqualTo(VolumeType.GP2);
  }

  @Test
  void allowsMultiAttachForProvisionedIopsOnly() {
    assertThat(Performance.asked(VolumeType.IO2, 4, 100, null, true).multiAttach()).isTrue();
    assertThat(refused(() -> Performance.asked(VolumeType.GP3, 4, null, null, true)).code())
        .isEqualTo("InvalidParameterCombination");
  }

  @Test
  void keepsWhatAModificationDoesNotName() {
    Performance io2 = Performance.asked(VolumeType.IO2, 10, 500, null, true);

    assertThat(io2.modified(null, 20, null, null, null))
        .isEqualTo(new Performance(VolumeType.IO2, 20, 500, null, true));
    assertThat(io2.modified(VolumeType.GP3, null, null, null, null))
        .isEqualTo(new Performance(VolumeType.GP3, 10, 3_000, 125, false));
  }
}
