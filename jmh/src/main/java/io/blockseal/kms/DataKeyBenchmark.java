package io.blockseal.kms;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyResponse;
import io.blockseal.bench.TemporaryDirectory;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.kms.hsm.RootOfTrust;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.RocksDbMetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many data keys does the embedded KMS make and unwrap in a second, by where its records lie?
///
/// One operation is one call, in-process, of an account's root on its own key: what an attach costs
/// the KMS, without the wire.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class DataKeyBenchmark {
  private static final String ACCOUNT = "111122223333";
  private static final Caller CALLER =
      new Caller(
          ACCOUNT,
          "eu-west-1",
          "arn:aws:iam::" + ACCOUNT + ":root",
          ACCOUNT,
          "AKIAAAAAAAAAAAAAAAAA",
          "request-1",
          "127.0.0.1",
          "benchmark",
          null);
  private static final Map<String, String> CONTEXT = Map.of("aws:ebs:id", "vol-0123456789abcdef0");

  @Param({"memory", "rocksdb"})
  private String store = "";

  private TemporaryDirectory directory;
  private MetadataStore records;
  private RootOfTrust root;
  private Hsm hsm;
  private EmbeddedKms kms;
  private String keyId = "";
  private Blob wrapped;

  @Setup
  public void makeKey() throws IOException {
    directory = TemporaryDirectory.create();
    SecureRandom random = new SecureRandom();
    records = open(directory.path().resolve("meta"));
    root = KeyFileRoot.create(directory.path().resolve("root.key"), random);
    hsm = new Hsm(root, random);
    kms =
        new EmbeddedKms(
            records, DomainKeys.open(records, hsm), random, InstantSource.system(), event -> {});
    var made = kms.createKey(CALLER, CreateKeyRequest.builder().build());
    keyId = Objects.requireNonNull(Objects.requireNonNull(made.keyMetadata()).keyId());
    wrapped = Objects.requireNonNull(generateDataKey().ciphertextBlob());
  }

  @TearDown
  public void close() throws IOException {
    try (var _ = directory) {
      hsm.close();
      root.close();
      records.close();
    }
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKey() {
    return kms.generateDataKey(
        CALLER,
        GenerateDataKeyRequest.builder()
            .keyId(keyId)
            .numberOfBytes(64)
            .encryptionContext(CONTEXT)
            .build());
  }

  @Benchmark
  public DecryptResponse decrypt() {
    return kms.decrypt(
        CALLER,
        DecryptRequest.builder().ciphertextBlob(wrapped).encryptionContext(CONTEXT).build());
  }

  private MetadataStore open(Path place) throws IOException {
    return switch (store) {
      case "memory" -> new InMemoryMetadataStore();
      case "rocksdb" -> RocksDbMetadataStore.open(place);
      default -> throw new IllegalArgumentException("no metadata store \"" + store + "\"");
    };
  }
}
