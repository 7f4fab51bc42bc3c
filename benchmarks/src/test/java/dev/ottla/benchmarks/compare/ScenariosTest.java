package dev.ottla.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.benchmarks.compare.Scenario.Method;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {
    private static final int ROUNDS = 5;
    private static final long LIBRDKAFKA_QUEUE_BYTES = 64L << 20;

    @Test
    void should_time_only_what_no_consumer_can_have_read_ahead() {
        for (Scenario each : consumers()) {
            long perConsumer = Math.min(
                    PeerKind.LIBRDKAFKA_READ_AHEAD_MESSAGES,
                    LIBRDKAFKA_QUEUE_BYTES / each.workload().valueBytes());
            long untimed = each.workload().untimedRecords();
            assertThat(untimed)
                    .as(each.id())
                    .isGreaterThanOrEqualTo(perConsumer * each.workload().threads());
            assertThat(each.roundRecords()).as(each.id()).isGreaterThan(untimed + untimed / 1000);
        }
    }

    @Test
    void should_leave_enough_in_a_topic_to_read_ahead_after_the_last_round() {
        for (Scenario each : consumers()) {
            long rounds = ROUNDS * each.roundRecords() + Scale.QUICK.warmUpParts() * each.warmUpRecords();
            assertThat(each.shape().records())
                    .as(each.id())
                    .isGreaterThanOrEqualTo(rounds + each.workload().untimedRecords());
        }
    }

    @Test
    void should_publish_every_kind_of_scenario() {
        assertThat(new Suites(Scale.QUICK, ROUNDS).all().get("publish"))
                .extracting(Scenario::suite)
                .contains(
                        "produce",
                        "record-objects",
                        "keyed",
                        "in-flight",
                        "consume",
                        "cursor",
                        "cold",
                        "sizes",
                        "partitions",
                        "threads",
                        "consumers",
                        "codecs",
                        "acks",
                        "batches",
                        "latency",
                        "end-to-end",
                        "low-rate",
                        "memory",
                        "real");
    }

    private static List<Scenario> consumers() {
        return new Suites(Scale.QUICK, ROUNDS)
                .all().values().stream()
                        .flatMap(Collection::stream)
                        .filter(each -> each.receives() && each.isFullSpeed() && each.method() == Method.STEADY)
                        .toList();
    }
}
