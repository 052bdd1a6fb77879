package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountEntryTest {
  private static final String LINE =
      "42 27 0:39 / /run/block\\040seal rw,nosuid,nodev,relatime shared:7 master:1 - fuse.blockseal"
          + " blockseal rw,user_id=0";

  @Test
  void readsALineWithOptionalFieldsAndEscapes() {
    assertThat(MountEntry.parse(LINE))
        .contains(new MountEntry("0:39", "/run/block seal", "fuse.blockseal", "blockseal"));
  }

  @Test
  void readsALineWithoutOptionalFields() {
    assertThat(MountEntry.parse("23 1 254:0 / / rw,noatime - ext4 /dev/root rw"))
        .contains(new MountEntry("254:0", "/", "ext4", "/dev/root"));
  }

  @Test
  void skipsWhatItDoesNotUnderstand() {
    assertThat(MountEntry.parse("")).isEmpty();
    assertThat(MountEntry.parse("1 2 3 4 5 6 7 8 9")).isEmpty();
    assertThat(MountEntry.parse("1 2 3 4 5 6 - ext4")).isEmpty();
  }

  @Test
  void theLastMountOfAPlaceIsTheOneThatIsSeen() {
    var lower = new MountEntry("0:40", "/mnt/v", "ext4", "/dev/sda1");
    var upper = new MountEntry("0:41", "/mnt/v", "fuse.blockseal", "blockseal");
    var other = new MountEntry("0:42", "/mnt/v/below", "tmpfs", "tmpfs");

    assertThat(MountEntry.topmostAt(Path.of("/mnt/v"), List.of(lower, upper, other)))
        .contains(upper);
    assertThat(MountEntry.topmostAt(Path.of("/mnt"), List.of(lower, upper, other))).isEmpty();
  }

  @Test
  void comparesNamesByTheirBytes() {
    var umlaut =
        MountEntry.parse("1 2 0:3 / /mnt/M\u00c3\u00bcll rw - tmpfs tmpfs rw").orElseThrow();

    assertThat(MountEntry.topmostAt(Path.of("/mnt/M\u00fcll"), List.of(umlaut))).contains(umlaut);
  }
}
