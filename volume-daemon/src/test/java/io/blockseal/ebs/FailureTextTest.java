package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureTextTest {
  @Test
  void saysWhatIsWrongWithAFile() {
    assertThat(FailureText.of(new NoSuchFileException("/a")))
        .isEqualTo("/a: there is no such file");
    assertThat(FailureText.of(new AccessDeniedException("/a"))).isEqualTo("/a: permission denied");
    assertThat(FailureText.of(new FileAlreadyExistsException("/a"))).isEqualTo("/a exists already");
    assertThat(FailureText.of(new FileSystemException("/a", null, "Too many open files")))
        .isEqualTo("/a: Too many open files");
  }

  @Test
  void isNeverEmpty() {
    assertThat(FailureText.of(new IOException("disk gone"))).isEqualTo("disk gone");
    assertThat(FailureText.of(new IOException())).isEqualTo("IOException");
    assertThat(FailureText.of(new IOException(" "))).isEqualTo("IOException");
  }
}
