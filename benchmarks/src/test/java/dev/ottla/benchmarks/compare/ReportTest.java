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
    void should_put_runs_together_and_take_the_last_of_a_scenario() throws Exception {
        // given
        Path first = run("first", result("produce", 100), result("keyed", 200));
        Path second = run("second", result("keyed", 300), result("brokers", 400));
        Path all = Files.createDirectory(directory.resolve("all"));

        // when
        Report.merge(List.of(first, second), all);

        // then
        assertThat(Report.read(all.resolve("results.json")))
                .containsExactly(result("produce", 100), result("keyed", 300), result("brokers", 400));
        assertThat(Files.readAllLines(all.resolve("rounds.csv")))
                .containsExactly(
                        "suite,scenario,round,peer,metric,unit,value",
                        "produce,\"100B, 6\",1,ottla,cpu_ns_per_record,ns,100.000",
                        "keyed,\"100B, 6\",1,ottla,cpu_ns_per_record,ns,300.000",
                        "brokers,\"100B, 6\",1,ottla,cpu_ns_per_record,ns,400.000");
        assertThat(all.resolve("report.md")).content().contains("- first");
        assertThat(all.resolve("report-2.md")).content().contains("- second");
        assertThat(all.resolve("keyed-cpu_ns_per_record.png")).exists();
    }

    private static Result result(String suite, double value) {
        return new Result(suite, "100B, 6", "ottla", "cpu_ns_per_record", "ns", value, value, value, 1);
    }

    private Path run(String name, Result... results) throws Exception {
        Measured ofRun = Measured.none();
        for (Result each : results) {
            ofRun.results().add(each);
            ofRun.rounds()
                    .add(new RoundValue(
                            each.suite(), each.scenario(), 1, each.peer(), each.metric(), each.unit(), each.median()));
        }
        Path run = Files.createDirectory(directory.resolve(name));
        Report.write(run, ofRun, new Surroundings(List.of("- " + name)), findings);
        return run;
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
