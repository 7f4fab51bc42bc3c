package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    @Test
    void should_show_each_peer_in_a_column_and_the_ratio_of_the_medians() {
        // given
        List<Result> results = List.of(
                result("cpu_ns_per_record", "ottla", 100),
                result("jit_cpu_ns_per_record", "ottla", 1),
                result("cpu_ns_per_record", "librdkafka", 250));

        // when
        String table = Tables.brief(results);

        // then
        assertThat(table.lines())
                .containsExactly(
                        "Median (minimum–maximum) of 5 rounds.",
                        "",
                        "| suite | scenario | metric | ottla | librdkafka | librdkafka / ottla |",
                        "|---|---|---|--:|--:|--:|",
                        "| produce | 100B | cpu_ns_per_record | 100.0 (90.0–110.0) | 250.0 (225.0–275.0) | 2.50 |");
    }

    private static Result result(String metric, String peer, double median) {
        return new Result("produce", "100B", peer, metric, "ns", median, median * 0.9, median * 1.1, 5);
    }
}
