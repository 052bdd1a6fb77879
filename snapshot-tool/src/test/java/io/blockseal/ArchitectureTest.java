package io.blockseal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The command line speaks to a daemon as it speaks to AWS: over the wire, and in no other way.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.blockseal.cli");

  @Test
  void callsOnlyTheAwsAndJsonRooms() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.blockseal..")
                .and(
                    resideInAnyPackage(
                            "io.blockseal.cli..", "io.blockseal.aws..", "io.blockseal.json..")
                        .negate()
                        .as("that are not its own, of aws or of json")))
        .check(CLASSES);
  }

  @Test
  void importsOnlyPicocliBesidesTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java..", "javax..", "io.blockseal..", "picocli..", "org.jspecify..", "")
                .negate()
                .as("of another library"))
        .check(CLASSES);
  }
}
