package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.json.Json;
import io.blockseal.json.JsonSyntaxException;
import io.blockseal.snapshot.ManifestHeader.InvalidHeaderException;
import io.blockseal.volume.engine.ChunkSet;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A snapshot that is not completed: a directory with everything that is needed to complete it.
///
/// | file | what |
/// |---|---|
/// | `header` | facts and epoch table, in the form of a [ManifestHeader] |
/// | `changed` | for a snapshot of a volume: the chunks that its cut covers, one bit each |
/// | `digests` | the chunks that are stored already, see [DigestSlots] |
/// | `sound` | for a snapshot of a volume: removed as soon as one chunk of the cut is lost |
/// | `task` | what is being done, as JSON; without it nothing was begun |
/// | `manifest` | the complete manifest, before its references are counted |
///
/// Thread-safe.
final class PendingSnapshot implements Closeable {
  private final Path directory;
  private final SnapshotFacts facts;
  private final byte[] epochTable;
  private final Origin origin;
  private final ChunkSet changed;
  private final DigestSlots slots;

  private PendingSnapshot(
      Path directory,
      SnapshotFacts facts,
      byte[] epochTable,
      Origin origin,
      ChunkSet changed,
      DigestSlots slots) {
    this.directory = directory;
    this.facts = facts;
    this.epochTable = epochTable.clone();
    this.origin = origin;
    this.changed = changed;
    this.slots = slots;
  }

  /// Where the chunks of a snapshot come from.
  ///
  /// @param bootId the boot of the machine under which it was begun
  /// @param sourceId the snapshot that it builds on (the parent) or copies; null for a first one
  /// @param predecessorId the snapshot of the same volume that has to end before this one
  record Origin(
      SnapshotTask.Kind kind,
      String bootId,
      @Nullable String sourceId,
      @Nullable String predecessorId) {}

  /// Makes an empty directory for a snapshot, replacing what an earlier attempt left.
  ///
  /// @return the slots of its chunks, which may be filled before the task begins
  static DigestSlots prepare(Path directory) throws IOException {
    DurableFiles.deleteTree(directory);
    DurableFiles.createDirectory(directory);
    return DigestSlots.open(directory.resolve("digests"));
  }

  /// Writes down what is begun in a prepared directory; durable on return.
  static PendingSnapshot begin(
      Path directory,
      SnapshotFacts facts,
      byte[] epochTable,
      Origin origin,
      ChunkSet changed,
      DigestSlots slots)
      throws IOException {
    DurableFiles.write(directory.resolve("header"), ManifestHeader.encode(facts, epochTable));
    DurableFiles.write(directory.resolve("changed"), ByteBuffer.wrap(changed.toBytes()));
    Files.createFile(directory.resolve("sound"));
    DurableFiles.write(directory.resolve("task"), encode(origin));
    return new PendingSnapshot(directory, facts, epochTable, origin, changed, slots);
  }

  /// What a process before this one began; empty if it did not get as far as that.
  ///
  /// @throws IOException if the directory cannot be read or makes no sense
  static Optional<PendingSnapshot> reopen(Path directory) throws IOException {
    if (Files.notExists(directory.resolve("task"))) {
      return Optional.empty();
    }
    try {
      Origin origin = decode(Files.readString(directory.resolve("task")));
      ManifestHeader.Content header =
          ManifestHeader.decode(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("header"))));
      ChunkSet changed = ChunkSet.ofBytes(Files.readAllBytes(directory.resolve("changed")));
      return Optional.of(
          new PendingSnapshot(
              directory,
              header.facts(),
              header.epochTable(),
              origin,
              changed,
              DigestSlots.open(directory.resolve("digests"))));
    } catch (InvalidHeaderException | JsonSyntaxException | IllegalArgumentException e) {
      throw new IOException("the pending snapshot in " + directory + " makes no sense", e);
    }
  }

  SnapshotFacts facts() {
    return facts;
  }

  byte[] epochTable() {
    return epochTable.clone();
  }

  Origin origin() {
    return origin;
  }

  ChunkSet changed() {
    return changed;
  }

  DigestSlots slots() {
    return slots;
  }

  /// The chunks whose slots are filled, and which are in the chunk store or holes.
  ChunkSet stored(ChunkStore chunks) throws IOException {
    LongStream.Builder stored = LongStream.builder();
    slots.forEach(
        (chunk, digest) -> {
          if (digest.equals(DigestSlots.HOLE) || chunks.contains(digest)) {
            stored.add(chunk);
          }
        });
    return ChunkSet.of(stored.build());
  }

  /// Whether the chunk store has lost a chunk whose slot is filled. As long as the machine runs,
  /// only a failed sync does that; the volume may hold something else in its place by now.
  boolean lostChunks(ChunkStore chunks) throws IOException {
    AtomicBoolean lost = new AtomicBoolean();
    slots.forEach(
        (chunk, digest) -> {
          if (!digest.equals(DigestSlots.HOLE) && !chunks.contains(digest)) {
            lost.set(true);
          }
        });
    return lost.get();
  }

  /// The manifest, once it is complete.
  Path manifest() {
    return directory.resolve("manifest");
  }

  /// Whether every chunk of the cut that was to change was copied before.
  boolean sound() {
    return Files.exists(directory.resolve("sound"));
  }

  /// Notes that the state of the volume at the cut is lost. Removing a file works on a full disk
  /// too.
  void markUnsound() throws IOException {
    Files.deleteIfExists(directory.resolve("sound"));
  }

  /// Takes back the beginning: whoever opens the directory now finds nothing begun.
  void unbegin() throws IOException {
    Files.deleteIfExists(directory.resolve("task"));
    DurableFiles.syncDirectory(directory);
  }

  /// Removes the directory.
  void delete() throws IOException {
    close();
    DurableFiles.deleteTree(directory);
  }

  @Override
  public void close() throws IOException {
    slots.close();
  }

  private static ByteBuffer encode(Origin origin) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("version", 1L);
    members.put("kind", origin.kind().name());
    members.put("bootId", origin.bootId());
    members.put("sourceId", origin.sourceId());
    members.put("predecessorId", origin.predecessorId());
    return ByteBuffer.wrap(Json.write(members).getBytes(UTF_8));
  }

  private static Origin decode(String json) {
    Map<String, @Nullable Object> members = Json.readObject(json);
    if (!Long.valueOf(1).equals(members.get("version"))) {
      throw new IllegalArgumentException("its version is " + members.get("version") + ", not 1");
    }
    return new Origin(
        SnapshotTask.Kind.valueOf(String.valueOf(members.get("kind"))),
        String.valueOf(members.get("bootId")),
        (String) members.get("sourceId"),
        (String) members.get("predecessorId"));
  }
}
