package dev.ottla.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;

/** On the JVM that the expectations were counted on: another one's compiler removes other allocations. */
@EnabledOnJre(JRE.JAVA_17)
class AllocationGateTest {
    /** Not the whole producer: what that allocates depends on how full its batches are. */
    private static final String GATED = "(Record|Fetch|Delivery|Pool|Codec|Protocol)Benchmark";

    @Test
    void should_allocate_no_more_than_committed() throws Exception {
        // given
        Map<String, Double> expected = AllocationGate.expectations();

        // when
        Map<String, Double> measured = AllocationGate.measure(GATED, expected, 0);

        // then
        assertThat(AllocationGate.problems(expected, measured))
                .as("measured %s", measured)
                .isEmpty();
    }

    @Test
    void should_fail_on_an_extra_allocation_for_each_record() throws Exception {
        // given
        Map<String, Double> expected = AllocationGate.expectations();

        // when
        Map<String, Double> measured = AllocationGate.measure("RecordBenchmark.append$", expected, 16);

        // then
        assertThat(AllocationGate.problems(expected, measured))
                .anyMatch(problem -> problem.startsWith("RecordBenchmark.append allocates"));
    }
}
