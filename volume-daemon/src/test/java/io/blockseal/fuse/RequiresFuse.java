package io.blockseal.fuse;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A test that mounts: it runs as root, with `/dev/fuse` and libfuse 2 at hand, and is skipped with
/// the reason where one of them is missing.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresFuse.Condition.class)
public @interface RequiresFuse {
  /// Looks at the machine.
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (!Files.exists(Path.of("/dev/fuse"))) {
        return ConditionEvaluationResult.disabled("/dev/fuse is missing (modprobe fuse)");
      }
      try {
        if (!FileOwner.current().root()) {
          return ConditionEvaluationResult.disabled("mounting and loop devices need root");
        }
      } catch (IOException e) {
        return ConditionEvaluationResult.disabled("cannot tell who runs the tests: " + e);
      }
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup("libfuse.so.2", arena);
      } catch (IllegalArgumentException e) {
        return ConditionEvaluationResult.disabled(
            "libfuse.so.2 is missing (apt-get install libfuse2)");
      }
      return ConditionEvaluationResult.enabled("root, /dev/fuse and libfuse 2 are there");
    }
  }
}
