package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final List<String> closed = new ArrayList<>();
  private final Resources resources = new Resources();

  @Test
  void closesInReverseAndOnlyOnce() throws Exception {
    resources.add(() -> closed.add("first"));
    resources.add(() -> closed.add("second"));

    resources.close();
    resources.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void goesOnAfterAFailureAndKeepsEveryOne() {
    resources.add(() -> closed.add("first"));
    resources.add(() -> fail("second"));
    resources.add(() -> fail("third"));

    assertThatThrownBy(resources::close)
        .hasMessage("third")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("second"));
    assertThat(closed).containsExactly("first");
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }
}
