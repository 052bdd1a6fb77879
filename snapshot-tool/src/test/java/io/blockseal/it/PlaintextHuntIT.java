package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.it.Needles.Found;
import io.blockseal.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Canaries in data, and the keys themselves, are looked for wherever `docs/threat-model.md` says
/// that they are not: in everything on the disk, in the log, and, after the volumes are detached,
/// in a heap dump and in the memory of the process.
///
/// The data keys become known to the test only after the memory was copied, for the daemon itself
/// has to decrypt them.
@RequiresMounts
final class PlaintextHuntIT {
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int HALF_KEY_BYTES = 32;
  private static final int JSON_LENGTH = 32;
  private static final int JSON = 512;
  private static final int EPOCHS = 128 << 10;
  private static final String EPOCH_MAGIC = "BLKEPOCH";
  private static final int EPOCH_HEAD = 4096;
  private static final int EPOCH_ENTRY = 64;
  private static final int EPOCH_SALT = 8;
  private static final int EPOCH_SALT_BYTES = 32;

  @TempDir private Path work;
  private DaemonProcess daemon;
  private DaemonClient client;
  private final String canary =
      "blockseal-canary-%016x".formatted(new SplittableRandom().nextLong());

  @BeforeEach
  void start() {
    daemon = DaemonProcess.prepare(work);
    daemon.settings(Map.of("BLOCKSEAL_JAVA_OPTIONS", "-Xmx128m", "BLOCKSEAL_LOG_LEVEL", "debug"));
    daemon.start();
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    client.close();
    daemon.close();
  }

  @Test
  void neitherDataNorKeysAreWhereTheyMustNotBe() throws IOException {
    List<String> volumes = useVolumes();
    Path attached = work.resolve("attached.memory");
    copyMemory(attached);
    for (String volume : volumes) {
      client.detachNow(volume);
    }
    Path heap = work.resolve("heap.hprof");
    jcmd("GC.heap_dump", heap.toString());
    Path detached = work.resolve("detached.memory");
    copyMemory(detached);

    Map<String, byte[]> keys = dataKeys();
    assertThat(keys).hasSizeGreaterThanOrEqualTo(volumes.size());
    Needles data = new Needles().text("canary", canary);
    Needles dataKeys = new Needles();
    keys.forEach((name, key) -> addHalves(dataKeys, name, key));
    Needles rootKey = new Needles();
    rootKey.key("root key", Files.readAllBytes(daemon.data().resolve("root.key")));

    // On the disk and in the log, which lies beside the data directory.
    assertThat(data.below(daemon.data())).isEmpty();
    assertThat(dataKeys.below(daemon.data())).isEmpty();
    assertThat(rootKey.below(daemon.data()))
        .extracting(Found::file)
        .containsOnly(daemon.data().resolve("root.key"));
    for (Needles needles : List.of(data, dataKeys, rootKey)) {
      assertThat(needles.in(work.resolve("daemon.log"))).isEmpty();
    }

    // In memory. While a volume is attached its key is there, or this instrument sees nothing.
    assertThat(dataKeys.in(attached))
        .extracting(Found::needle)
        .as("keys of attached volumes")
        .anyMatch(name -> !name.contains("epoch"))
        .anyMatch(name -> name.contains("epoch"));
    assertThat(new Needles().text("a class", "io/blockseal/").in(heap)).isNotEmpty();
    for (Needles needles : List.of(data, dataKeys, rootKey)) {
      assertThat(needles.in(heap)).as("in the heap dump").isEmpty();
    }
    for (Needles needles : List.of(dataKeys, rootKey)) {
      assertThat(needles.in(detached)).as("in the memory outside the heap").isEmpty();
    }
    System.out.printf(
        "PlaintextHuntIT: canaries in the memory outside the heap after detaching: %d%n",
        data.in(detached).size());
  }

  /// Volumes of both ciphers with canaries in them, snapshots, a copy under another key, a volume
  /// restored from it; all of them attached.
  private List<String> useVolumes() throws IOException {
    List<String> volumes = new ArrayList<>();
    String key = client.createKey();
    for (String cipher : List.of("AES_256_XTS", "AES_256_GCM")) {
      String volume = client.createVolume(1, cipher, null, key);
      attach(volume, volumes);
      write(volume);
      client.letTimePass();
      String snapshot = client.createSnapshot(volume, "of canaries");
      write(volume); // GCM: overwriting goes through the journal
      client.awaitSnapshot(snapshot);
      String copy = client.copySnapshot(snapshot, client.createKey());
      client.awaitSnapshot(copy);
      String restored = client.createVolume(1, null, copy, null);
      attach(restored, volumes);
      try (BlockFile file = BlockFile.open(daemon.fileOf(restored), true, BLOCK_BYTES)) {
        file.read(0, BLOCK_BYTES);
        byte[] seen = new byte[canary.length()];
        file.buffer().get(0, seen);
        assertThat(new String(seen, StandardCharsets.US_ASCII)).isEqualTo(canary);
      }
    }
    return volumes;
  }

  private void attach(String volume, List<String> volumes) {
    client.awaitAvailable(volume);
    client.attachNow(volume, volumes.size());
    volumes.add(volume);
  }

  private void write(String volume) throws IOException {
    byte[] block = canary.repeat(BLOCK_BYTES / canary.length()).getBytes(StandardCharsets.US_ASCII);
    for (boolean direct : new boolean[] {true, false}) {
      try (BlockFile file = BlockFile.open(daemon.fileOf(volume), direct, BLOCK_BYTES)) {
        file.buffer().put(0, block);
        for (int i = 0; i < 16; i++) {
          file.write((long) i * 100 * BLOCK_BYTES, 0, BLOCK_BYTES);
        }
        file.flush();
      }
    }
  }

  private void copyMemory(Path target) throws IOException {
    ProcessMemory.copy(daemon.pid(), ProcessMemory.Range.heapOf(daemon.pid()), target);
  }

  private void jcmd(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(ProcessMemory.jcmd(), Long.toString(daemon.pid())));
    command.addAll(List.of(arguments));
    Shell.run(command.toArray(String[]::new));
  }

  /// The plaintext data key of each volume, by its id, and the keys of its epochs.
  private Map<String, byte[]> dataKeys() throws IOException {
    Map<String, byte[]> keys = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(daemon.data().resolve("volumes"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".blockseal")).toList()) {
        Map<String, ?> header = header(file);
        byte[] wrapped =
            Base64.getDecoder()
                .decode(Objects.requireNonNull(header.get("encryptedDataKey")).toString());
        Map<String, String> context = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(header.get("encryptionContext")))
            .forEach((name, value) -> context.put(name.toString(), value.toString()));
        String name = file.getFileName().toString();
        byte[] key = client.decrypt(wrapped, context);
        keys.put(name, key);
        String lineage = Objects.requireNonNull(header.get("lineageId")).toString();
        for (byte[] salt : epochSalts(file)) {
          keys.put(name + ", epoch " + keys.size(), epochKey(key, salt, lineage));
        }
      }
    }
    return keys;
  }

  /// Of the first copy of the epoch table, as `docs/format.md` has it; none unless it is of GCM.
  private static List<byte[]> epochSalts(Path file) throws IOException {
    List<byte[]> salts = new ArrayList<>();
    byte[] entry = new byte[EPOCH_ENTRY];
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      open.seek(EPOCHS);
      byte[] magic = new byte[EPOCH_MAGIC.length()];
      open.readFully(magic);
      if (!new String(magic, StandardCharsets.US_ASCII).equals(EPOCH_MAGIC)) {
        return salts;
      }
      open.seek(EPOCHS + EPOCH_HEAD);
      open.readFully(entry);
      while (ByteBuffer.wrap(entry).getInt() != 0) {
        salts.add(Arrays.copyOfRange(entry, EPOCH_SALT, EPOCH_SALT + EPOCH_SALT_BYTES));
        open.readFully(entry);
      }
    }
    return salts;
  }

  /// What the units of an epoch are encrypted under.
  private static byte[] epochKey(byte[] dataKey, byte[] salt, String lineageId) {
    byte[] purpose = "blockseal/gcm-epoch/v1".getBytes(StandardCharsets.US_ASCII);
    byte[] lineage = HexFormat.of().parseHex(lineageId);
    byte[] info = Arrays.copyOf(purpose, purpose.length + lineage.length);
    System.arraycopy(lineage, 0, info, purpose.length, lineage.length);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(dataKey)
                  .addSalt(salt)
                  .thenExpand(info, HALF_KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, ?> header(Path file) throws IOException {
    byte[] start = new byte[64 << 10];
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      open.readFully(start);
    }
    int length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(JSON_LENGTH);
    return Json.readObject(new String(start, JSON, length, StandardCharsets.UTF_8));
  }

  /// XTS uses the halves of a data key apart, so each of them counts.
  private static void addHalves(Needles needles, String name, byte[] key) {
    needles.key(name + ", all", key);
    for (int from = 0; from < key.length; from += HALF_KEY_BYTES) {
      needles.key(name + ", from " + from, Arrays.copyOfRange(key, from, from + HALF_KEY_BYTES));
    }
  }
}
