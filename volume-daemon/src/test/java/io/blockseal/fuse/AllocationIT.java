package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Memory that requests leave behind, in a process of its own with nothing else to do.
@RequiresFuse
class AllocationIT {
  private static final int PROGRAMS = 4;
  private static final int REQUESTS = 20_000;
  private static final int WARM_UP_ROUNDS = 3;
  private static final long LIMIT_BYTES = 100;

  private FuseSandbox sandbox;

  @BeforeEach
  void makeADirectory() throws IOException {
    sandbox = new FuseSandbox();
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    sandbox.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"KERNEL", "URING"})
  void aRequestAllocatesNothingToSpeakOf(FuseTransportKind transport) throws Exception {
    Path file = sandbox.mountPoint().resolve("null");
    Process daemon = ExportProcess.start(sandbox.mountPoint(), 1L << 30, 4, transport);
    sandbox.onClose(() -> StaleMounts.clear(sandbox.mountPoint()));
    try (BufferedReader output = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("mounted");
      String[] reading = {"if=" + file, "of=/dev/null", "iflag=direct"};
      String[] writing = {"if=/dev/zero", "of=" + file, "oflag=direct", "conv=notrunc,fsync"};
      for (String[] work : List.of(reading, writing)) {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
          transfer(work);
        }
        allocated(daemon, output);
        transfer(work);
        assertThat(allocated(daemon, output) / (PROGRAMS * REQUESTS))
            .as("bytes a request, %s", String.join(" ", work))
            .isLessThan(LIMIT_BYTES);
      }
    } finally {
      daemon.getOutputStream().close();
      assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// Has the daemon tell what its threads have allocated since the last time.
  private static long allocated(Process daemon, BufferedReader output) throws IOException {
    daemon.getOutputStream().write('\n');
    daemon.getOutputStream().flush();
    return Long.parseLong(output.readLine());
  }

  private static void transfer(String... work) throws Exception {
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < PROGRAMS; i++) {
      String[] command = {"dd", "bs=4K", "count=" + REQUESTS, "status=none"};
      programs.add(new ProcessBuilder(FuseSandbox.concat(command, work)).inheritIO().start());
    }
    for (Process program : programs) {
      assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isZero();
    }
  }
}
