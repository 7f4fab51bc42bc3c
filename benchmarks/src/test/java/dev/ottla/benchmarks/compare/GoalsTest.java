package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final String BEGIN = "<!-- goals -->\n";

    @Test
    void should_tell_of_each_goal_whether_it_is_reached() {
        // given
        List<Result> results = List.of(
                result("produce", "100B", "kafka-clients", "cpu_ns_per_record_to_ottla", 4),
                result("produce", "100B", "librdkafka", "cpu_ns_per_record_to_ottla", 4),
                result("acks", "acks=all", "ottla", "cpu_ns_per_record", 100),
                result("acks", "acks=all, idempotent", "ottla", "cpu_ns_per_record", 120),
                result("cold", "produce 5M", "kafka-clients", "cpu_ns_per_record_to_ottla", 1),
                result("real", "produce", "librdkafka", "records_per_second_to_ottla", 0.5),
                result("cursor", "100B", "ottla", "allocated_bytes_per_record", 0.9));

        // when
        List<String> lines = Goals.markdown(results).lines().toList();

        // then
        assertThat(lines)
                .contains(
                        "| CPU per record, without key | produce/100B | kafka-clients | at most 0.25x | 0.250 (0.200–0.500) | yes |",
                        "| CPU per record, without key | produce/100B | librdkafka | at most 0.20x | 0.250 (0.200–0.500) | **no** |",
                        "| CPU per record, idempotence on | acks/acks=all, idempotent | acks/acks=all | at most 1.10x | 1.200 | **no** |",
                        "| CPU per record, sending, with process start | cold/produce 5M | kafka-clients | below 1.00x | 1.000 (0.800–2.000) | **no** |",
                        "| records per second | real/produce | librdkafka | at least 1.00x | 2.000 (1.600–4.000) | yes |",
                        "| bytes allocated per record, cursor | cursor/100B |  | below 1.00 | 0.900 (0.450–1.125) | yes |",
                        "| CPU per record, key of 16 bytes | keyed/16B+100B | librdkafka | at most 0.30x | not measured yet |  |");
    }

    @Test
    void should_publish_whatever_a_goal_needs() {
        assertThat(new Suites(Scale.QUICK, 5).all().get("publish"))
                .extracting(Scenario::id)
                .containsAll(Goals.scenarios());
    }

    @Test
    void should_be_in_the_documentation_as_the_results_there_have_it() throws Exception {
        // given
        List<Result> results = Report.read(DOCS.resolve("benchmarks").resolve("results.json"));

        // when
        String page = Files.readString(DOCS.resolve("benchmarks.md"));

        // then
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        assertThat(page.substring(begin, page.indexOf("<!-- end of goals -->")).strip())
                .isEqualTo(Goals.markdown(results).strip());
    }

    /** With a range from half of the median to a quarter more. */
    private static Result result(String suite, String scenario, String peer, String metric, double median) {
        return new Result(suite, scenario, peer, metric, "", median, median * 0.5, median * 1.25, 5);
    }
}
