package io.blockseal.kms;

import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.RotationType;
import io.blockseal.kms.hsm.BackingKey;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Does what keys are due for: automatic rotations and deletions.
///
/// The daemon calls [#runDueWork] from time to time, and every access to a key first settles that
/// key's own dues, so what a caller sees never depends on how often the daemon does. Thread-safe.
final class KeyCalendar {
  private static final System.Logger LOG = System.getLogger(KeyCalendar.class.getName());
  private static final int PAGE_ENTRIES = 100;

  private final MetadataStore store;
  private final KeyTable keys;
  private final KeyMaterials materials;
  private final KeyDestruction destruction;
  private final InstantSource clock;
  private final Consumer<KeyEvent> events;

  KeyCalendar(
      MetadataStore store,
      KeyTable keys,
      KeyMaterials materials,
      KeyDestruction destruction,
      InstantSource clock,
      Consumer<KeyEvent> events) {
    this.store = store;
    this.keys = keys;
    this.materials = materials;
    this.destruction = destruction;
    this.clock = clock;
    this.events = events;
  }

  /// Everything that is due by now, and what a crash has left undone.
  void runDueWork() {
    destruction.resume();
    settleDue(location -> true);
  }

  /// Everything that is due by now for the keys of one account in one region.
  void runDueWork(String region, String accountId) {
    settleDue(
        location -> location.region().equals(region) && location.accountId().equals(accountId));
  }

  private void settleDue(Predicate<KeyLocation> whose) {
    Instant now = clock.instant();
    String after = null;
    while (true) {
      List<Entry> page = store.scan(KeyTable.CALENDAR, after, PAGE_ENTRIES);
      for (Entry entry : page) {
        after = entry.key();
        String rest = after.substring(KeyTable.CALENDAR.length());
        int slash = rest.indexOf('/');
        if (Long.parseLong(rest.substring(0, slash)) > now.toEpochMilli()) {
          return;
        }
        KeyLocation location = KeyLocation.ofPath(rest.substring(slash + 1));
        if (whose.test(location)) {
          settleOrLeave(location);
        }
      }
      if (page.size() < PAGE_ENTRIES) {
        return;
      }
    }
  }

  /// One key that cannot be settled must not keep the others from it.
  private void settleOrLeave(KeyLocation location) {
    try {
      find(location);
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR,
          () -> "what is due for %s is not done yet; it is tried again".formatted(location.arn()),
          e);
    }
  }

  /// The record of a key, with nothing due; empty if there is no such key, or not any more.
  Optional<KeyRecord> find(KeyLocation location) {
    while (true) {
      Optional<KeyRecord> found = keys.find(location);
      if (found.isEmpty() || !found.get().isDue(clock.instant())) {
        return found;
      }
      settle(found.get());
    }
  }

  private void settle(KeyRecord key) {
    Instant deletionDate = key.deletionDate();
    if (deletionDate != null) {
      if (destruction.destroy(key)) {
        events.accept(new KeyEvent.Deleted(key.arn(), deletionDate));
      }
      return;
    }
    rotateIfDue(key);
  }

  /// One rotation for every period that has passed, each dated when it was due.
  private void rotateIfDue(KeyRecord key) {
    Instant now = clock.instant();
    List<BackingKey> made = new ArrayList<>();
    List<KeyEvent> happened = new ArrayList<>();
    try {
      keys.update(
          key.location(),
          record -> {
            discard(made);
            happened.clear();
            KeyRecord rotated = record;
            for (Rotation due = dueRotation(rotated, now);
                due != null;
                due = dueRotation(rotated, now)) {
              BackingKey young = materials.create(key.location());
              made.add(young);
              happened.add(new KeyEvent.Rotated(key.arn(), due.next(), young.id()));
              rotated =
                  rotated
                      .withNewMaterial(
                          new KeyMaterial(young.id(), due.next(), RotationType.AUTOMATIC))
                      .withRotation(due.advanced());
            }
            return rotated;
          },
          (batch, record) ->
              made.forEach(young -> KeyMaterials.insert(batch, key.location(), young)));
    } catch (RuntimeException e) {
      discard(made);
      throw e;
    }
    happened.forEach(events);
  }

  private void discard(List<BackingKey> made) {
    made.forEach(materials::discard);
    made.clear();
  }

  private static @Nullable Rotation dueRotation(KeyRecord key, Instant now) {
    Rotation rotation = key.rotation();
    return key.state() == KeyState.ENABLED && rotation != null && !rotation.next().isAfter(now)
        ? rotation
        : null;
  }
}
