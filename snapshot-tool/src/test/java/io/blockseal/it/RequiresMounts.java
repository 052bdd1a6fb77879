package io.blockseal.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test, with the reason, where volumes cannot be mounted.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresMounts.Condition.class)
@interface RequiresMounts {
  /// Looks for everything that a mount needs.
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!System.getProperty("user.name").equals("root")) {
        return ConditionEvaluationResult.disabled("mounting needs root");
      }
      if (!Files.exists(Path.of("/dev/fuse"))) {
        return ConditionEvaluationResult.disabled("there is no /dev/fuse");
      }
      boolean library =
          Stream.of(
                  "/lib/x86_64-linux-gnu",
                  "/usr/lib/x86_64-linux-gnu",
                  "/lib64",
                  "/usr/lib64",
                  "/lib/aarch64-linux-gnu")
              .anyMatch(directory -> Files.exists(Path.of(directory, "libfuse.so.2")));
      return library
          ? ConditionEvaluationResult.enabled("root, /dev/fuse and libfuse 2 are there")
          : ConditionEvaluationResult.disabled("libfuse 2 is missing: apt-get install libfuse2");
    }
  }
}
