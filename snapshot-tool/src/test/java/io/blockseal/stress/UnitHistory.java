package io.blockseal.stress;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Everything that one unit held since it was last looked at, and when. Times are those of
/// `System.nanoTime`.
///
/// Requests to one unit follow one another. One takes effect at some time between its beginning and
/// its answer; one that is never answered may take effect or not, at any time after its beginning.
/// Confined to one thread at a time.
final class UnitHistory {
  static final long NEVER = Long.MAX_VALUE;
  static final long ALWAYS = Long.MIN_VALUE;

  /// One of these contents, at some time between the two.
  static final class Span {
    final Set<UnitState> states;
    final long fromNs;

    /// When what follows was answered.
    long untilNs = NEVER;

    Span(Set<UnitState> states, long fromNs) {
      this.states = states;
      this.fromNs = fromNs;
    }
  }

  private final List<Span> spans = new ArrayList<>(2);
  private @Nullable Span pending;

  UnitHistory(Set<UnitState> first) {
    spans.add(new Span(first, ALWAYS));
  }

  void begin(UnaryOperator<UnitState> change, long nowNs) {
    Set<UnitState> next = new LinkedHashSet<>();
    current().forEach(state -> next.add(change.apply(state)));
    pending = new Span(next, nowNs);
  }

  void answered(long nowNs) {
    Span done = pending;
    if (done == null) {
      throw new IllegalStateException("an answer without a request");
    }
    spans.getLast().untilNs = nowNs;
    spans.add(done);
    pending = null;
  }

  /// The request that has begun will never be answered: both contents are possible from now on.
  void unanswered() {
    Span open = pending;
    if (open != null) {
      spans.add(open);
      Set<UnitState> either = new LinkedHashSet<>(spans.get(spans.size() - 2).states);
      either.addAll(open.states);
      spans.add(new Span(either, open.fromNs));
      pending = null;
    }
  }

  /// What may be read now, with no request under way.
  Set<UnitState> current() {
    return spans.getLast().states;
  }

  /// Where the history stands at a time in [fromNs, toNs].
  List<Span> between(long fromNs, long toNs) {
    return spans.stream().filter(span -> span.fromNs <= toNs && span.untilNs >= fromNs).toList();
  }

  /// Judges what was read, after which the history begins anew with it.
  ///
  /// @param flushedNs when the last flush that was answered had begun
  Optional<Finding> observed(String where, UnitState seen, long flushedNs) {
    Optional<Finding> finding =
        current().contains(seen) ? Optional.empty() : Optional.of(judge(where, seen, flushedNs));
    restart(Set.of(seen));
    return finding;
  }

  /// Begins anew with what another account says.
  void restart(Set<UnitState> states) {
    spans.clear();
    spans.add(new Span(states, ALWAYS));
    pending = null;
  }

  private Finding judge(String where, UnitState seen, long flushedNs) {
    String text = "%s holds %s; possible were %s".formatted(where, seen, current());
    for (int i = spans.size() - 1; i >= 0; i--) {
      if (spans.get(i).states.contains(seen)) {
        boolean flushed = spans.get(i).untilNs <= flushedNs;
        return new Finding(
            flushed ? Finding.Kind.LOST_FLUSHED : Finding.Kind.LOST_ACKNOWLEDGED, text);
      }
    }
    return new Finding(isMixed(seen) ? Finding.Kind.MIXED : Finding.Kind.WRONG_BYTES, text);
  }

  private boolean isMixed(UnitState seen) {
    for (int i = 0; i < UnitState.SECTORS; i++) {
      int sector = i;
      boolean known =
          spans.stream()
              .flatMap(span -> span.states.stream())
              .anyMatch(state -> state.version(sector) == seen.version(sector));
      if (!known) {
        return false;
      }
    }
    return true;
  }
}
