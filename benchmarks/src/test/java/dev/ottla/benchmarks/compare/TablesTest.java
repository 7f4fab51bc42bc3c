package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    @Test
    void should_show_each_peer_in_a_column_and_its_ratio_to_ottla() {
        // given
        List<Result> results = List.of(
                result("cpu_ns_per_record", "ns", "ottla", 100),
                result("jit_cpu_ns_per_record", "ns", "ottla", 1),
                result("cpu_ns_per_record", "ns", "librdkafka", 250),
                result("cpu_ns_per_record_to_ottla", "ratio", "librdkafka", 2.5));

        // when
        String table = Tables.brief(results);

        // then
        assertThat(table.lines().skip(2))
                .containsExactly(
                        "### produce",
                        "",
                        "| scenario | metric | ottla | librdkafka | librdkafka / ottla |",
                        "|---|---|--:|--:|--:|",
                        "| 100B | cpu_ns_per_record | 100 (90.0–110) | 250 (225–275) | 2.50 (2.25–2.75) |");
    }

    @Test
    void should_mark_what_is_not_steady_and_what_the_broker_limits() {
        // given
        List<Result> results = List.of(
                result("cpu_ns_per_record", "ns", "ottla", 100),
                result("is_steady", "1 or 0", "ottla", 0),
                result("records_per_second", "1/s", "ottla", 1000),
                result("broker_busiest_thread_percent", "%", "ottla", 95),
                result("cpu_ns_per_record", "ns", "kafka-clients", 100),
                result("is_steady", "1 or 0", "kafka-clients", 1),
                result("records_per_second", "1/s", "kafka-clients", 1000),
                result("broker_busiest_thread_percent", "%", "kafka-clients", 89));

        // when
        String table = Tables.brief(results);

        // then
        assertThat(table.lines().skip(6))
                .containsExactly(
                        "| 100B | cpu_ns_per_record | 100 (90.0–110), not steady | 100 (90.0–110) |  |",
                        "| 100B | records_per_second | 1,000 (900–1,100), broker-bound | 1,000 (900–1,100) |  |");
    }

    private static Result result(String metric, String unit, String peer, double median) {
        return new Result("produce", "100B", peer, metric, unit, median, median * 0.9, median * 1.1, 5);
    }
}
