package io.blockseal.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of the kernel's mount table, `/proc/self/mountinfo` (its format is in proc(5)).
///
/// @param device major and minor number as `0:45`, which names a mounted file system for as long as
///   it lives
/// @param type the file system type, with the subtype: `fuse.blockseal`
/// @param source what was mounted
record MountEntry(String device, String mountPoint, String type, String source) {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");
  private static final int DEVICE = 2;
  private static final int MOUNT_POINT = 4;
  private static final int FIRST_OPTIONAL = 6;

  /// Everything that is mounted, later mounts after earlier ones.
  static List<MountEntry> all() throws IOException {
    List<MountEntry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1)) {
      parse(line).ifPresent(entries::add);
    }
    return entries;
  }

  /// What a look at `mountPoint` sees: the last of all mounts that lie there.
  static Optional<MountEntry> topmostAt(Path mountPoint) throws IOException {
    return topmostAt(mountPoint, all());
  }

  static Optional<MountEntry> topmostAt(Path mountPoint, List<MountEntry> entries) {
    String path = inTableEncoding(mountPoint);
    return entries.stream()
        .filter(entry -> entry.mountPoint.equals(path))
        .reduce((earlier, later) -> later);
  }

  static Optional<MountEntry> parse(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    int separator =
        fields.subList(Math.min(FIRST_OPTIONAL, fields.size()), fields.size()).indexOf("-");
    int type = FIRST_OPTIONAL + separator + 1;
    if (separator < 0 || fields.size() < type + 2) {
      return Optional.empty();
    }
    return Optional.of(
        new MountEntry(
            fields.get(DEVICE),
            unescape(fields.get(MOUNT_POINT)),
            unescape(fields.get(type)),
            unescape(fields.get(type + 1))));
  }

  /// The table is bytes: a path is compared by the bytes of its name, one char a byte.
  private static String inTableEncoding(Path path) {
    return new String(
        path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /// Blanks, tabs, newlines and backslashes stand as `\040`: a backslash and three octal digits.
  private static String unescape(String field) {
    return ESCAPE
        .matcher(field)
        .replaceAll(
            match -> Matcher.quoteReplacement("" + (char) Integer.parseInt(match.group(1), 8)));
  }
}
