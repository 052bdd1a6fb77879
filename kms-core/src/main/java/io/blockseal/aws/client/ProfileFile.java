package io.blockseal.aws.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The files that all AWS clients share: `[section]` lines with `name = value` lines below them.
public final class ProfileFile {

  private ProfileFile() {}

  /// The settings of one section; empty if there is no such section or no file.
  public static Map<String, String> section(Path file, String section) throws IOException {
    Map<String, String> settings = new HashMap<>();
    boolean inside = false;
    for (String line : lines(file)) {
      String text = line.strip();
      if (text.startsWith("[") && text.endsWith("]")) {
        inside = text.substring(1, text.length() - 1).strip().equals(section);
      } else if (inside && !text.startsWith("#") && !text.startsWith(";") && text.contains("=")) {
        int equals = text.indexOf('=');
        settings.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
      }
    }
    return settings;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
