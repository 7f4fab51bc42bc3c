package dev.ottla.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.benchmarks.jmh.AllocationGate.Seed;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;

@Timeout(240)
class AllocationGateTest {
    /** Not the whole producer: what that allocates depends on how full its batches are. */
    private static final String GATED = "(Record|Fetch|Delivery|Pool|Codec|Protocol|ProduceRequest)Benchmark";

    @Test
    void should_allocate_no_more_than_committed() throws Exception {
        // given
        Map<String, Double> expected = AllocationGate.expectations();

        // when
        Map<String, Double> measured = AllocationGate.measure(GATED, expected, Seed.NONE);

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
        Map<String, Double> measured = AllocationGate.measure("RecordBenchmark.append$", expected, new Seed(16, 0));

        // then
        assertThat(AllocationGate.problems(expected, measured))
                .anyMatch(problem -> problem.startsWith("RecordBenchmark.append allocates"));
    }

    /** On other JVMs the gate is too coarse for that. */
    @Test
    @EnabledOnJre(JRE.JAVA_17)
    void should_fail_on_two_of_the_smallest_objects_for_each_batch() throws Exception {
        // given
        Map<String, Double> expected = AllocationGate.expectations();

        // when
        Map<String, Double> measured = AllocationGate.measure("RecordBenchmark.append$", expected, new Seed(0, 2));

        // then
        assertThat(AllocationGate.problems(expected, measured))
                .anyMatch(problem -> problem.startsWith("RecordBenchmark.append allocates"));
    }
}
