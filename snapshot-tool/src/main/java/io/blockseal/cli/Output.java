package io.blockseal.cli;

import io.blockseal.aws.shape.Structure;
import io.blockseal.json.Json;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Prints answers: as a table for people, or as JSON with AWS's own member names for scripts.
public final class Output {
  /// What `--output` takes.
  public enum Format {
    table,
    json
  }

  private final PrintWriter out;
  private final Format format;
  private final boolean colour;

  public Output(PrintWriter out, Format format, boolean colour) {
    this.out = out;
    this.format = format;
    this.colour = colour;
  }

  /// Shows an answer of an AWS API: whole as JSON, or the table made of it.
  public void show(Structure answer, Supplier<Table> table) {
    show(StructureJson.of(answer), table);
  }

  /// Shows plain values: as JSON, or the table made of them.
  public void show(@Nullable Object json, Supplier<Table> table) {
    if (format == Format.json) {
      out.println(Json.writePretty(json));
    } else {
      table.get().print(out, colour);
    }
    out.flush();
  }

  /// Shows one thing that was done, as `{"name": "value"}` or as the bare value.
  public void done(String name, String value) {
    done(Map.of(name, value), value);
  }

  /// Shows what was done: as JSON, or as a line of text.
  public void done(Map<String, ?> json, String text) {
    out.println(
        format == Format.json
            ? Json.writePretty(new LinkedHashMap<>(json))
            : Printable.lines(text));
    out.flush();
  }

  /// Shows the id of something that was made and is now waited for, so that whoever stops waiting
  /// knows it. JSON has one value only, which comes at the end.
  public void made(String id) {
    if (format == Format.table) {
      out.println(id);
      out.flush();
    }
  }

  /// Shows an answer whose id was shown already: whole as JSON, else not at all.
  public void made(Structure answer) {
    made(StructureJson.of(answer));
  }

  /// Shows plain values whose ids were shown already: as JSON, else not at all.
  public void made(Map<String, ?> json) {
    if (format == Format.json) {
      show(json, Table::facts);
    }
  }

  /// Shows text that has one form only, such as shell code.
  public void text(String text) {
    out.print(text);
    out.flush();
  }
}
