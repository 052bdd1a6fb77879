package io.blockseal.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows of text under a heading, in columns as wide as their widest cell.
///
/// Words that name a state are coloured on a terminal: green for well, yellow for busy, red for
/// lost.
public final class Table {
  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final Map<String, String> STATE_COLOURS =
      Map.ofEntries(
          Map.entry("available", "\u001b[32m"),
          Map.entry("in-use", "\u001b[32m"),
          Map.entry("completed", "\u001b[32m"),
          Map.entry("Enabled", "\u001b[32m"),
          Map.entry("creating", "\u001b[33m"),
          Map.entry("pending", "\u001b[33m"),
          Map.entry("deleting", "\u001b[33m"),
          Map.entry("Disabled", "\u001b[33m"),
          Map.entry("error", "\u001b[31m"),
          Map.entry("PendingDeletion", "\u001b[31m"));

  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    this.heading = List.of(heading);
  }

  /// A table of two columns without a heading, for the facts of one thing.
  public static Table facts() {
    return new Table();
  }

  /// Adds a row; null cells are shown as `-`.
  public Table row(@Nullable Object... cells) {
    rows.add(
        Arrays.stream(cells).map(cell -> cell == null ? "-" : Printable.line(text(cell))).toList());
    return this;
  }

  private static String text(Object cell) {
    return cell instanceof List<?> items
        ? items.stream().map(String::valueOf).collect(Collectors.joining(", "))
        : cell.toString();
  }

  /// Adds a fact, unless it is absent, which AWS also says with an empty text.
  public Table fact(String name, @Nullable Object value) {
    return value == null || value.equals("") ? this : row(name, value);
  }

  void print(PrintWriter out, boolean colour) {
    int[] widths = widths();
    if (!heading.isEmpty()) {
      printRow(
          out,
          heading.stream().map(cell -> cell.toUpperCase(Locale.ROOT)).toList(),
          widths,
          colour ? BOLD : null);
    }
    for (List<String> row : rows) {
      printRow(out, row, widths, colour ? "" : null);
    }
  }

  private int[] widths() {
    int columns = Math.max(heading.size(), rows.stream().mapToInt(List::size).max().orElse(0));
    int[] widths = new int[columns];
    for (int i = 0; i < columns; i++) {
      int column = i;
      widths[i] =
          Math.max(
              column < heading.size() ? heading.get(column).length() : 0,
              rows.stream()
                  .mapToInt(row -> column < row.size() ? row.get(column).length() : 0)
                  .max()
                  .orElse(0));
    }
    return widths;
  }

  /// `style` is null for no colours, empty for those of states, or the style of the whole row.
  private static void printRow(
      PrintWriter out, List<String> cells, int[] widths, @Nullable String style) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String colour = style == null ? null : style.isEmpty() ? STATE_COLOURS.get(cell) : style;
      line.append(colour == null ? cell : colour + cell + RESET);
      if (i < cells.size() - 1) {
        line.repeat(' ', widths[i] - cell.length() + 2);
      }
    }
    out.println(line.toString().stripTrailing());
  }
}
