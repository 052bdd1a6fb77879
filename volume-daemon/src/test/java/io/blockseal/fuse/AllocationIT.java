package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.volume.cipher.CipherLibraries;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory that requests leave behind, in a process of its own with nothing else to do.
@RequiresFuse
@ParameterizedClass
@EnumSource(names = {"KERNEL", "URING"})
class AllocationIT {
  private static final int PROGRAMS = 4;
  private static final int REQUESTS = 20_000;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int REQUEST_BYTES = 4096;
  private static final long DEVICE_BYTES = (long) PROGRAMS * REQUESTS * REQUEST_BYTES;
  private static final long LIMIT_BYTES = 100;

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;

  AllocationIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void makeADirectory() throws IOException {
    sandbox = new FuseSandbox();
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    sandbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "plain", "xts", "gcm"})
  void aRequestAllocatesNothingToSpeakOf(String name) throws Exception {
    assumeTrue(
        !name.equals("gcm") || !CipherLibraries.description().endsWith("GCM by the JDK"),
        "the JDK's GCM makes its state anew for each unit; this machine lacks a library for it");
    Path file = sandbox.mountPoint().resolve(name);
    Process daemon =
        ExportProcess.start(
            sandbox.directory(), sandbox.mountPoint(), DEVICE_BYTES, PROGRAMS, transport);
    sandbox.onClose(() -> StaleMounts.clear(sandbox.mountPoint()));
    try (BufferedReader output = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("mounted");
      List<String> writing = List.of("if=/dev/zero", "of=" + file, "oflag=direct", "conv=notrunc");
      List<String> reading = List.of("if=" + file, "of=/dev/null", "iflag=direct");
      assertThat(bytesARequest("seek=", writing, daemon, output)).isLessThan(LIMIT_BYTES);
      assertThat(bytesARequest("skip=", reading, daemon, output)).isLessThan(LIMIT_BYTES);
    } finally {
      daemon.getOutputStream().close();
      assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// @param place the option that says where a program begins
  private static long bytesARequest(
      String place, List<String> work, Process daemon, BufferedReader output) throws Exception {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      transfer(place, work);
    }
    allocated(daemon, output);
    transfer(place, work);
    long bytes = allocated(daemon, output) / (PROGRAMS * REQUESTS);
    System.out.printf("AllocationIT: %d bytes a request, %s%n", bytes, String.join(" ", work));
    return bytes;
  }

  /// Has the daemon tell what its threads have allocated since the last time.
  private static long allocated(Process daemon, BufferedReader output) throws IOException {
    daemon.getOutputStream().write('\n');
    daemon.getOutputStream().flush();
    return Long.parseLong(output.readLine());
  }

  /// Each program has a part of the device to itself.
  private static void transfer(String place, List<String> work) throws Exception {
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < PROGRAMS; i++) {
      List<String> command = new ArrayList<>(List.of("dd", "status=none"));
      command.addAll(List.of("bs=" + REQUEST_BYTES, "count=" + REQUESTS, place + i * REQUESTS));
      command.addAll(work);
      programs.add(new ProcessBuilder(command).inheritIO().start());
    }
    for (Process program : programs) {
      assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isZero();
    }
  }
}
