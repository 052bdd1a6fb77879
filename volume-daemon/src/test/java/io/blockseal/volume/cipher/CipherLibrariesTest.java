package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CipherLibrariesTest {
  @Test
  void usesALibraryThatPassesItsCheck() {
    assertThat(CipherLibraries.<String>tried("AES", "it", () -> "1.2", found -> {}))
        .isEqualTo("1.2");
  }

  @Test
  void usesNoLibraryThatIsNotThere() {
    assertThat(
            CipherLibraries.<String>tried(
                "AES",
                "it",
                () -> {
                  throw new ExceptionInInitializerError("not there");
                },
                found -> {}))
        .isNull();
  }

  @Test
  void usesNoLibraryThatMemoryIsTooShortFor() {
    assertThat(
            CipherLibraries.<String>tried(
                "AES",
                "it",
                () -> "1.2",
                found -> {
                  throw new OutOfMemoryError("direct buffer memory");
                }))
        .isNull();
  }

  @Test
  void usesNoLibraryThatComputesSomethingElse() {
    assertThat(
            CipherLibraries.<String>tried(
                "AES",
                "it",
                () -> "1.2",
                found -> {
                  throw new IllegalStateException("wrong");
                }))
        .isNull();
  }
}
