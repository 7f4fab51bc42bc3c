package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.benchmarks.compare.ProcessSample.Group;
import dev.ottla.benchmarks.compare.Window.BrokerUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
    private static final Scenario SCENARIO = new Scenarios(Scale.SHORT, 2).produce("produce", "100B");
    private static final Map<String, String> SAID =
            Map.of("nanos", "1000000", "batches", "2", "produceRequests", "1", "recordBytes", "110000");

    private final Measurements measurements = new Measurements();

    @Test
    void should_divide_what_a_round_used_by_its_records() {
        // when
        measurements.addRound(PeerKind.OTTLA, window(100_000, 0), SAID, 1000);

        // then
        assertThat(median("ottla", "cpu_ns_per_record")).isEqualTo(100);
        assertThat(median("ottla", "app_cpu_ns_per_record")).isEqualTo(100);
        assertThat(median("ottla", "records_per_second")).isEqualTo(1_000_000);
        assertThat(median("ottla", "records_per_batch")).isEqualTo(500);
        assertThat(median("ottla", "bytes_per_record")).isEqualTo(110);
        assertThat(median("ottla", "broker_cpu_ns_per_record")).isEqualTo(7);
    }

    @Test
    void should_take_rates_until_the_peer_was_done_not_until_it_was_quiet() {
        // given
        ProcessSample before = sample(0, 0, 0);
        ProcessSample ended = sample(10_000_000, 0, TimeUnit.SECONDS.toNanos(1));
        ProcessSample quiet = sample(12_000_000, 0, TimeUnit.SECONDS.toNanos(2));

        // when
        measurements.addRound(PeerKind.OTTLA, new Window(before, ended, quiet, Optional.empty(), 0), SAID, 1000);

        // then
        assertThat(median("ottla", "cpu_ms_per_second")).isEqualTo(10);
        assertThat(median("ottla", "cpu_ns_per_record")).isEqualTo(12_000);
    }

    @Test
    void should_compare_the_values_of_the_same_round() {
        // given
        addRounds(PeerKind.OTTLA, 100_000, 200_000, 400_000);
        addRounds(PeerKind.KAFKA_CLIENTS, 300_000, 400_000, 400_000);

        // when
        Result ratio = result("kafka-clients", "cpu_ns_per_record_to_ottla");

        // then
        assertThat(ratio)
                .isEqualTo(new Result(
                        "produce", "100B", "kafka-clients", "cpu_ns_per_record_to_ottla", "ratio", 2, 1, 3, 3));
    }

    @Test
    void should_not_call_a_peer_steady_whose_jit_is_at_work() {
        // given
        measurements.addRound(PeerKind.OTTLA, window(97_000, 3_000), SAID, 1000);
        measurements.addRound(PeerKind.KAFKA_CLIENTS, window(99_000, 1_000), SAID, 1000);
        measurements.addRound(PeerKind.LIBRDKAFKA, window(100_000, 0), SAID, 1000);

        // when
        measurements.conclude(PeerKind.OTTLA, true, 0);
        measurements.conclude(PeerKind.KAFKA_CLIENTS, true, 0);
        measurements.conclude(PeerKind.LIBRDKAFKA, false, 0);

        // then
        assertThat(median("ottla", "is_steady")).isZero();
        assertThat(median("kafka-clients", "is_steady")).isOne();
        assertThat(median("librdkafka", "is_steady")).isZero();
    }

    @Test
    void should_drop_a_peer_that_did_not_come_to_the_end() {
        // given
        addRounds(PeerKind.OTTLA, 100_000);

        // when
        measurements.forget(PeerKind.OTTLA);

        // then
        assertThat(measurements.results(SCENARIO)).isEmpty();
        assertThat(measurements.rounds(SCENARIO)).isEmpty();
    }

    private void addRounds(PeerKind peer, long... nanos) {
        for (long each : nanos) {
            measurements.addRound(peer, window(each, 0), SAID, 1000);
        }
    }

    private static Window window(long appNanos, long jitNanos) {
        ProcessSample after = sample(appNanos, jitNanos, TimeUnit.SECONDS.toNanos(1));
        return new Window(sample(0, 0, 0), after, after, Optional.of(new BrokerUse(7000, 50)), 0);
    }

    private static ProcessSample sample(long appNanos, long jitNanos, long takenNanos) {
        return new ProcessSample(
                Map.of(Group.APP, appNanos, Group.JIT, jitNanos), Map.of(), 0, 0, Map.of(), 1, takenNanos);
    }

    private double median(String peer, String metric) {
        return result(peer, metric).median();
    }

    private Result result(String peer, String metric) {
        List<Result> found = measurements.results(SCENARIO).stream()
                .filter(each -> each.peer().equals(peer) && each.metric().equals(metric))
                .toList();
        assertThat(found).as("%s of %s", metric, peer).hasSize(1);
        return found.get(0);
    }
}
