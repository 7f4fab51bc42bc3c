package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ottla.benchmarks.compare.Report.Findings;
import dev.ottla.benchmarks.compare.Report.Measured;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    private Path directory;

    private final Measured measured = Measured.none();
    private final Findings findings = Findings.none(Path.of("no-log"));

    @Test
    void should_write_results_with_the_fields_that_others_read() throws Exception {
        // given
        measured.results().add(new Result("produce", "100B", "ottla", "cpu_ns_per_record", "ns", 100, 90, 110, 5));

        // when
        write();

        // then
        JsonNode results =
                new ObjectMapper().readTree(directory.resolve("results.json").toFile());
        assertThat(results.isArray()).isTrue();
        assertThat(results.get(0))
                .isEqualTo(new ObjectMapper()
                        .valueToTree(Map.of(
                                "suite", "produce",
                                "scenario", "100B",
                                "peer", "ottla",
                                "metric", "cpu_ns_per_record",
                                "unit", "ns",
                                "median", 100.0,
                                "min", 90.0,
                                "max", 110.0,
                                "rounds", 5)));
        assertThat(Report.read(directory.resolve("results.json"))).isEqualTo(measured.results());
    }

    @Test
    void should_write_the_value_of_every_round() throws Exception {
        // given
        measured.rounds().add(new RoundValue("produce", "100B", 3, "ottla", "cpu_ns_per_record", "ns", 101.5));

        // when
        write();

        // then
        assertThat(Files.readAllLines(directory.resolve("rounds.csv")))
                .containsExactly(
                        "suite,scenario,round,peer,metric,unit,value",
                        "produce,\"100B\",3,ottla,cpu_ns_per_record,ns,101.500");
    }

    @Test
    void should_say_what_went_wrong_and_what_the_processes_complained_about() throws Exception {
        // given
        Path log = Files.writeString(directory.resolve("processes.log"), "left out: socket.nagle.disable\n");
        Findings wrong = Findings.none(log);
        wrong.problems().add("produce/100B ottla: 10 records asked for");
        wrong.refusals().add("in-flight librdkafka: no");

        // when
        Report.write(directory, measured, new Surroundings(List.of("- Machine: one")), wrong);

        // then
        assertThat(directory.resolve("report.md"))
                .content()
                .contains("- Machine: one")
                .contains("- **produce/100B ottla: 10 records asked for**")
                .contains("- in-flight librdkafka: no")
                .contains("1 of 1 lines:\n\n- left out: socket.nagle.disable")
                .doesNotContain("no errors");
    }

    private void write() throws Exception {
        Report.write(directory, measured, new Surroundings(List.of()), findings);
    }
}
