package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundCheckTest {
    private static final Scenarios MAKE = new Scenarios(Scale.SHORT, 2);
    private static final Map<String, String> SENT =
            Map.of("acked", "10", "failed", "0", "records", "10", "corruptBatches", "0");
    private static final Map<String, String> RECEIVED = Map.of("received", "10", "gaps", "0", "valueBytes", "1000");

    @Test
    void should_accept_a_round_whose_counts_are_right() {
        assertThat(RoundCheck.problem(MAKE.produce("produce", "100B"), 10, SENT))
                .isEmpty();
        assertThat(RoundCheck.problem(MAKE.consume("consume", "100B"), 10, RECEIVED))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"acked,9", "failed,1", "records,11", "corruptBatches,1"})
    void should_see_that_records_did_not_arrive_as_they_were_sent(String name, String wrong) {
        // given
        Map<String, String> said = new HashMap<>(SENT);
        said.put(name, wrong);

        // then
        assertThat(RoundCheck.problem(MAKE.produce("produce", "100B"), 10, said))
                .hasValueSatisfying(problem -> assertThat(problem).contains(name + "=" + wrong));
    }

    @ParameterizedTest
    @CsvSource({"received,9", "gaps,1", "valueBytes,999"})
    void should_see_that_other_records_were_received(String name, String wrong) {
        // given
        Map<String, String> said = new HashMap<>(RECEIVED);
        said.put(name, wrong);

        // then
        assertThat(RoundCheck.problem(MAKE.consume("consume", "100B"), 10, said))
                .hasValueSatisfying(problem -> assertThat(problem).contains(name + "=" + wrong));
    }
}
