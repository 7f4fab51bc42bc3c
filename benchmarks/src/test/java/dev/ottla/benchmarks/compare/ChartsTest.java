package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    @TempDir
    private Path directory;

    @Test
    void should_draw_values_that_are_far_apart() throws Exception {
        // given
        List<Result> results = List.of(cpu("10B", "ottla", 90), cpu("1000000B", "ottla", 250_000));

        // when
        List<String> charts = Charts.write(directory, results);

        // then
        assertThat(charts).containsExactly("sizes-cpu_ns_per_record.png");
        assertThat(Files.size(directory.resolve(charts.get(0)))).isPositive();
    }

    @Test
    void should_draw_scenarios_that_a_peer_refused() throws Exception {
        // given
        List<Result> results =
                List.of(cpu("10B", "ottla", 90), cpu("10B", "librdkafka", 300), cpu("1000000B", "ottla", 250_000));

        // when
        List<String> charts = Charts.write(directory, results);

        // then
        assertThat(charts).hasSize(1);
    }

    private static Result cpu(String scenario, String peer, double median) {
        return new Result("sizes", scenario, peer, "cpu_ns_per_record", "ns", median, median * 0.9, median * 1.5, 5);
    }
}
