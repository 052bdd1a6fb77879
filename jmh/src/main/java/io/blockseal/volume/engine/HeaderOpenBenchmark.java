package io.blockseal.volume.engine;

import io.blockseal.bench.TemporaryDirectory;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.DirectoryFiles;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does it take to open a volume: to read and authenticate its header alone, and as a whole,
/// which for GCM adds an epoch and, on closing, a checkpoint?
///
/// Every iteration has a new volume, because the epoch table of a GCM volume holds no more writable
/// opens than a few thousand.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class HeaderOpenBenchmark {
  private static final long VOLUME_BYTES = 64L << 20;

  @Param({"AES_256_XTS", "AES_256_GCM"})
  private CipherSpec cipher;

  private TemporaryDirectory directory;
  private BenchVolume file;

  @Setup(Level.Iteration)
  public void create() throws IOException {
    directory = TemporaryDirectory.create();
    file = BenchVolume.create(directory.path(), cipher, VOLUME_BYTES);
  }

  @TearDown(Level.Iteration)
  public void delete() throws IOException {
    try (var _ = directory) {
      file.close();
    }
  }

  /// Opening and closing the file is part of it.
  @Benchmark
  public VolumeHeader readHeader() throws IOException {
    try (VolumeFiles files = DirectoryFiles.open(file.file());
        BlockStore store = files.open(VolumeFile.VOLUME, VolumeFiles.Mode.READ)) {
      return HeaderFile.read(store, files.name(), file.key()).header();
    }
  }

  @Benchmark
  public void openAndClose() throws IOException {
    file.open().close();
  }
}
