package io.blockseal;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The arrows of `docs/architecture.md`: which room may call which, and who imports which library.
///
/// A room is a package below `io.blockseal` with everything under it that is not a room of its own.
class ArchitectureTest {
  private static final String HOUSE = "io.blockseal.";

  /// Any room may call these.
  private static final Set<String> COMMON = Set.of("json", "secret");

  /// Every room and the rooms that it may call besides.
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          entry("json", Set.of()),
          entry("secret", Set.of()),
          entry("aws", Set.of()),
          entry("meta", Set.of()),
          entry("iam", Set.of("aws", "meta", "kms.hsm")),
          entry("kms", Set.of("aws", "meta", "iam", "kms.hsm", "kms.blob")),
          entry("kms.hsm", Set.of("meta")),
          entry("kms.blob", Set.of()),
          entry("volume.block", Set.of()),
          entry("volume.cipher", Set.of()),
          entry("volume.format", Set.of()),
          entry("volume.store", Set.of("volume.block")),
          entry(
              "volume.engine",
              Set.of("volume.block", "volume.cipher", "volume.format", "volume.store")),
          entry(
              "snapshot",
              Set.of("volume.block", "volume.cipher", "volume.engine", "volume.format", "meta")),
          entry("fuse", Set.of("fuse.kernel", "volume.engine")),
          entry("fuse.kernel", Set.of()),
          entry("ebs", Set.of("volume.engine", "volume.format", "snapshot", "aws", "meta")),
          entry("http", Set.of("aws")));

  /// The composition root, which calls everybody.
  private static final String ROOT = "daemon";

  /// Rooms that are arithmetic over bytes and import nothing but the JDK and these.
  private static final Map<String, Set<String>> PURE =
      Map.of(
          "volume.block", Set.of(),
          "volume.cipher", Set.of("secret"),
          "volume.format", Set.of("secret", "json"),
          "kms.blob", Set.of());

  /// Each library and the only rooms that import it.
  private static final Map<String, Set<String>> LIBRARIES =
      Map.ofEntries(
          entry("org.rocksdb", Set.of("meta")),
          entry("io.netty", Set.of("http")),
          entry("jnr", Set.of("fuse")),
          entry("ru.serce", Set.of("fuse")),
          entry("com.kenai", Set.of("fuse")),
          entry("org.bouncycastle", Set.of("kms.hsm")),
          entry("tools.jackson", Set.of("aws", "json")),
          entry("picocli", Set.of(ROOT)));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.blockseal");

  @Test
  void everyRoomCallsOnlyTheRoomsItMay() {
    check("call only the rooms they may", ArchitectureTest::isArrow);
  }

  @Test
  void everyLibraryIsImportedByItsRoomOnly() {
    check(
        "import only the libraries of their room",
        dependency ->
            library(dependency.getTargetClass())
                .map(library -> rooms(library).contains(room(dependency.getOriginClass())))
                .orElse(true));
  }

  @Test
  void pureRoomsImportOnlyTheJdk() {
    check(
        "import only the JDK if their room is pure",
        dependency -> {
          Set<String> allowed = PURE.get(room(dependency.getOriginClass()));
          return allowed == null || isPure(dependency, allowed);
        });
  }

  @Test
  void noPackagesCallEachOtherInACircle() {
    slices().matching("io.blockseal.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyRoomIsDrawn() {
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(type -> found.add(room(type)));

    assertThat(found).isSubsetOf(Stream.concat(ARROWS.keySet().stream(), Stream.of(ROOT)).toList());
  }

  private static boolean isArrow(Dependency dependency) {
    if (!dependency.getTargetClass().getName().startsWith(HOUSE)) {
      return true;
    }
    String from = room(dependency.getOriginClass());
    String to = room(dependency.getTargetClass());
    return from.equals(to)
        || from.equals(ROOT)
        || COMMON.contains(to)
        || ARROWS.getOrDefault(from, Set.of()).contains(to);
  }

  private static boolean isPure(Dependency dependency, Set<String> allowed) {
    String target = dependency.getTargetClass().getBaseComponentType().getName();
    String from = room(dependency.getOriginClass());
    return target.startsWith("java.")
        || target.startsWith("javax.crypto.")
        || target.startsWith("org.jspecify.")
        || !target.contains(".")
        || (target.startsWith(HOUSE)
            && (room(dependency.getTargetClass()).equals(from)
                || allowed.contains(room(dependency.getTargetClass()))));
  }

  /// The room of one of our classes: the longest one that its package begins with.
  private static String room(JavaClass type) {
    String inside = type.getBaseComponentType().getPackageName() + ".";
    return Stream.concat(ARROWS.keySet().stream(), Stream.of(ROOT))
        .filter(room -> inside.startsWith(HOUSE + room + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse("no room: " + inside);
  }

  private static Optional<String> library(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    return LIBRARIES.keySet().stream()
        .filter(library -> name.startsWith(library + "."))
        .findFirst();
  }

  private static Set<String> rooms(String library) {
    return LIBRARIES.getOrDefault(library, Set.of());
  }

  private static void check(String rule, Predicate<Dependency> allowed) {
    ArchCondition<JavaClass> condition =
        new ArchCondition<>(rule) {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            type.getDirectDependenciesFromSelf().stream()
                .filter(allowed.negate())
                .forEach(bad -> events.add(violated(bad, bad.getDescription())));
          }
        };
    classes().should(condition).check(CLASSES);
  }
}
