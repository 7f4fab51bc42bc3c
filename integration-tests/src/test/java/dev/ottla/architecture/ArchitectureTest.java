package dev.ottla.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final String TESTKIT = "/dev/ottla/testkit/";

    /** The library's own classes: not the tests, and not the test kit, which starts processes and waits for them. */
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains(TESTKIT) && !location.contains("client-testkit"))
            .importPackages("dev.ottla");

    private static final JavaClasses VIOLATIONS =
            new ClassFileImporter().importPackages("dev.ottla.architecture.violations");

    static List<ArchRule> rules() {
        return ArchitectureRules.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void should_hold_everywhere_in_the_library(ArchRule rule) {
        assertThat(LIBRARY).hasSizeGreaterThan(300);
        rule.check(LIBRARY);
    }

    static List<ArchRule> rulesWithSeededViolation() {
        return List.of(
                ArchitectureRules.TIME_AND_CHANCE_ARE_PASSED_IN,
                ArchitectureRules.NO_NETTY_IN_PUBLIC_SIGNATURES,
                ArchitectureRules.STANDARD_NAMES,
                ArchitectureRules.INTERNAL_CLASSES_NAME_THEIR_THREAD,
                ArchitectureRules.NO_WAITING_ON_AN_EVENT_LOOP,
                ArchitectureRules.NO_LOCK_HELD_WHILE_WAITING,
                ArchitectureRules.NO_CYCLES);
    }

    @ParameterizedTest
    @MethodSource("rulesWithSeededViolation")
    void should_be_broken_by_a_class_made_to_break_it(ArchRule rule) {
        assertThat(rule.evaluate(VIOLATIONS).hasViolation()).isTrue();
    }
}
