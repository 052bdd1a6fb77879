package io.blockseal.cli;

import io.blockseal.json.Json;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command says beside its answer, on standard error: lines of text for people, or one JSON
/// object a line for scripts. Confined to one thread.
public final class Notes {
  private final PrintWriter out;
  private final Output.Format format;

  Notes(PrintWriter out, Output.Format format) {
    this.out = out;
    this.format = format;
  }

  Notes in(Output.Format otherFormat) {
    return new Notes(out, otherFormat);
  }

  /// Something worth knowing that is no failure.
  public void note(String text) {
    switch (format) {
      case json -> out.println(Json.write(Map.of("note", text)));
      case table -> out.println("note: " + Printable.lines(text));
    }
    out.flush();
  }

  /// Text for people only.
  void text(String text) {
    if (format == Output.Format.table) {
      out.print(text);
      out.flush();
    }
  }

  /// Why the program ends without having done what it was asked.
  ///
  /// @param code the service's, or the name of the exit code
  /// @param prefix whether people are shown the code too
  void error(String code, boolean prefix, @Nullable String message, @Nullable String hint) {
    switch (format) {
      case json -> {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("code", code);
        if (message != null) {
          error.put("message", message);
        }
        if (hint != null) {
          error.put("hint", hint);
        }
        out.println(Json.write(Map.of("error", error)));
      }
      case table -> {
        String shown = message == null ? code : prefix ? code + ": " + message : message;
        out.println("error: " + Printable.lines(shown));
        if (hint != null) {
          out.println("hint: " + Printable.lines(hint));
        }
      }
    }
    out.flush();
  }
}
