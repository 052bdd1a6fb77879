package io.blockseal.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was given for each setting and where, the strongest source first: a flag of the command,
/// the environment, the file, the default. Immutable.
final class SettingSources {
  /// @param origin for messages: the flag, the variable, or the file and line
  record Given(String value, String origin) {}

  private final Map<Setting, Given> given;

  private SettingSources(Map<Setting, Given> given) {
    this.given = given;
  }

  /// Reads `file`, if there is one, below `environment`, below `flags` (by setting).
  static SettingSources read(Path file, Map<String, String> environment, Map<Setting, Given> flags)
      throws ConfigurationException, IOException {
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      setting.standard().ifPresent(value -> given.put(setting, new Given(value, "the default")));
    }
    given.putAll(file(file));
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        given.put(setting, new Given(value, setting.variable()));
      }
    }
    given.putAll(flags);
    return new SettingSources(given);
  }

  /// What holds for `setting`; an empty value counts as not given.
  Optional<Given> get(Setting setting) {
    return Optional.ofNullable(given.get(setting)).filter(found -> !found.value().isEmpty());
  }

  private static Map<Setting, Given> file(Path file) throws ConfigurationException, IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String origin = file + " line " + (i + 1);
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new ConfigurationException(origin + ": expected 'key = value', found '" + line + "'");
      }
      Setting setting = known(line.substring(0, equals).strip(), origin);
      Given before = given.put(setting, new Given(line.substring(equals + 1).strip(), origin));
      if (before != null) {
        throw new ConfigurationException(
            origin + ": '" + setting.key() + "' was already set in " + before.origin());
      }
    }
    return given;
  }

  private static Setting known(String key, String origin) throws ConfigurationException {
    Optional<Setting> setting = Setting.ofKey(key);
    if (setting.isPresent()) {
      return setting.get();
    }
    List<String> near = Setting.near(key);
    throw new ConfigurationException(
        origin
            + ": unknown key '"
            + key
            + "'"
            + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }
}
