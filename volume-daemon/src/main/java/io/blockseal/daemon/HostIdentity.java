package io.blockseal.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.ec2.ArchitectureValues;
import io.blockseal.ebs.HostInstance;
import io.blockseal.json.Json;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// This host as an EC2 instance: its id and birth are drawn once and kept in the metadata, the rest
/// is looked up.
final class HostIdentity {
  private static final String KEY = "daemon/instance";

  /// An instance id is `i-` and 17 hexadecimal digits.
  private static final int ID_DIGITS = 17;

  /// Shown only; the type of a machine that says nothing about itself.
  private static final String TYPE = "m5.large";

  private HostIdentity() {}

  static HostInstance of(MetadataStore store, RandomGenerator random, InstantSource clock) {
    Optional<byte[]> found = store.get(KEY);
    if (found.isEmpty()) {
      Map<String, String> drawn =
          Map.of(
              "id",
              "i-" + hexDigits(random),
              "launched",
              clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
      byte[] value = Json.write(drawn).getBytes(UTF_8);
      store.commit(Batch.begin().expectAbsent(KEY).put(KEY, value));
      found = Optional.of(value);
    }
    Map<String, @Nullable Object> facts = Json.readObject(new String(found.get(), UTF_8));
    return new HostInstance(
        String.valueOf(facts.get("id")),
        Instant.parse(String.valueOf(facts.get("launched"))),
        TYPE,
        System.getProperty("os.arch").equals("aarch64")
            ? ArchitectureValues.ARM64
            : ArchitectureValues.X86_64,
        hostName());
  }

  private static String hexDigits(RandomGenerator random) {
    byte[] bytes = new byte[(ID_DIGITS + 1) / 2];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes).substring(0, ID_DIGITS);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a host without a name of its own
    }
  }
}
