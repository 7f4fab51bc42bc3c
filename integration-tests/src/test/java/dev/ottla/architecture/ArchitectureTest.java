package dev.ottla.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !isTestKit(location))
            .importPackages("dev.ottla");

    private static final JavaClasses TEST_KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.ottla.testkit");

    private static final String VIOLATIONS_ROOT = "dev.ottla.architecture.violations";

    private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(VIOLATIONS_ROOT);

    private static boolean isTestKit(Location location) {
        return location.contains("/dev/ottla/testkit/");
    }

    static List<ArchRule> libraryRules() {
        return ArchitectureRules.forTheLibrary();
    }

    @ParameterizedTest
    @MethodSource("libraryRules")
    void should_hold_everywhere_in_the_library(ArchRule rule) {
        assertThat(LIBRARY).hasSizeGreaterThan(300);
        rule.check(LIBRARY);
    }

    static List<ArchRule> testKitRules() {
        return ArchitectureRules.forTheTestKit();
    }

    @ParameterizedTest
    @MethodSource("testKitRules")
    void should_hold_in_the_test_kit(ArchRule rule) {
        assertThat(TEST_KIT).hasSizeGreaterThan(10);
        rule.check(TEST_KIT);
    }

    static List<Arguments> seededViolations() {
        return List.of(
                Arguments.of(ArchitectureRules.coreSeesOnlyWhatIsBelow(VIOLATIONS_ROOT), "LooksUp"),
                Arguments.of(ArchitectureRules.modulesKeepApart(VIOLATIONS_ROOT), "ProducerThatConsumes"),
                Arguments.of(ArchitectureRules.NO_CYCLES, "Cycle detected"),
                Arguments.of(ArchitectureRules.TIME_AND_CHANCE_ARE_PASSED_IN, "System.nanoTime()"),
                Arguments.of(ArchitectureRules.TIME_AND_CHANCE_ARE_PASSED_IN, "Executors.newCachedThreadPool()"),
                Arguments.of(ArchitectureRules.NO_NETTY_IN_PUBLIC_SIGNATURES, "NettyLeak.buffer()"),
                Arguments.of(ArchitectureRules.STANDARD_NAMES, "ClockHelper"),
                Arguments.of(ArchitectureRules.INTERNAL_CLASSES_NAME_THEIR_THREAD, "ClockHelper"),
                Arguments.of(ArchitectureRules.NO_WAITING_ON_AN_EVENT_LOOP, "WaitingLoop.await("),
                Arguments.of(ArchitectureRules.NO_WAITING_ON_AN_EVENT_LOOP, "WaitingLoop$Nested"),
                Arguments.of(ArchitectureRules.NO_LOCK_HELD_WHILE_WAITING, "WaitingLoop.await("));
    }

    @ParameterizedTest
    @MethodSource("seededViolations")
    void should_be_broken_by_a_class_made_to_break_it(ArchRule rule, String violation) {
        assertThat(rule.evaluate(VIOLATIONS).getFailureReport().getDetails())
                .anySatisfy(detail -> assertThat(detail).contains(violation));
    }
}
