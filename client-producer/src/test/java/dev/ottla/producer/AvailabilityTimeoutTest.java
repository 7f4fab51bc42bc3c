package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.Acks;
import dev.ottla.config.ProducerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Node 1, which leads partitions 0 and 2, takes nothing for a while; node 2, which leads partition 1, answers at once. */
class AvailabilityTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration NEARLY = TIMEOUT.minusMillis(10);
    private static final int BATCHES = 60;

    private final List<String> takenByNode1 = new ArrayList<>();
    private int sent;

    private static ProducerHarness harness(UnaryOperator<ProducerOptions.Builder> more) {
        return new ProducerHarness(options -> more.apply(
                        ProducerHarness.smallBatches().apply(options).partitionerAvailabilityTimeout(TIMEOUT)))
                .warm();
    }

    /** Records without key, each of which fills a batch; returns their values. */
    private List<String> send(ProducerHarness harness) {
        return IntStream.range(0, BATCHES)
                .mapToObj(i -> {
                    String value = ProducerHarness.filler(sent++);
                    harness.producer.sendAndForget(ProducerRecord.of("t", value));
                    answer(harness, 2);
                    return value;
                })
                .toList();
    }

    private void answer(ProducerHarness harness, int node) {
        harness.runtime.run();
        for (FakeProduce request = ofNode(harness, node); request != null; request = ofNode(harness, node)) {
            harness.network.requests.remove(request);
            if (node == 1) {
                takenByNode1.addAll(request.values());
            }
            request.ack();
            harness.runtime.run();
        }
    }

    private static FakeProduce ofNode(ProducerHarness harness, int node) {
        return harness.network.requests.stream()
                .filter(request -> request.node() == node)
                .findFirst()
                .orElse(null);
    }

    /** Whether node 1 in the end gets none of the records that are sent when the timeout has passed, and later ones again. */
    private void assertIsLeftAlone(ProducerHarness harness, Runnable hangs, Runnable recovers) {
        // given
        hangs.run();
        List<String> before = send(harness);
        harness.runtime.advance(NEARLY);
        List<String> nearly = send(harness);
        harness.runtime.advance(TIMEOUT.minus(NEARLY));

        // when
        List<String> late = send(harness);
        recovers.run();
        answer(harness, 1);
        List<String> again = send(harness);
        answer(harness, 1);

        // then
        assertThat(takenByNode1).as("at first").containsAnyElementsOf(before);
        assertThat(takenByNode1).as("just before the time is up").containsAnyElementsOf(nearly);
        assertThat(takenByNode1).as("when it is up").doesNotContainAnyElementsOf(late);
        assertThat(takenByNode1).as("afterwards").containsAnyElementsOf(again);
        assertThat(harness.failures).isEmpty();
    }

    @Test
    void should_leave_a_broker_alone_that_answers_nothing() {
        assertIsLeftAlone(harness(options -> options), () -> {}, () -> {});
    }

    @Test
    void should_leave_a_broker_alone_whose_partitions_may_have_no_more_in_flight() {
        assertIsLeftAlone(harness(options -> options.acks(Acks.LEADER)), () -> {}, () -> {});
    }

    @Test
    void should_leave_a_broker_alone_that_can_not_be_connected_to() {
        ProducerHarness harness = harness(options -> options);
        assertIsLeftAlone(
                harness,
                () -> {
                    harness.network.down.add(1);
                    harness.network.connections.forEach(connection -> {
                        if (connection.nodeId == 1) {
                            connection.lose();
                        }
                    });
                    harness.runtime.run();
                },
                () -> {
                    harness.network.down.clear();
                    harness.runtime.advance(Duration.ofSeconds(5));
                });
    }

    @Test
    void should_not_count_the_time_in_which_there_was_nothing_to_take() {
        // given
        ProducerHarness harness = harness(options -> options);
        harness.runtime.advance(TIMEOUT.multipliedBy(10));

        // when
        List<String> records = send(harness);
        answer(harness, 1);

        // then
        assertThat(takenByNode1).containsAnyElementsOf(records);
    }

    @Test
    void should_go_anywhere_when_no_broker_takes_anything() {
        // given
        ProducerHarness harness = new ProducerHarness(options ->
                        ProducerHarness.smallBatches().apply(options).partitionerAvailabilityTimeout(TIMEOUT))
                .warm();
        for (int i = 0; i < BATCHES; i++) {
            harness.producer.sendAndForget(ProducerRecord.of("t", ProducerHarness.filler(i)));
            harness.runtime.run();
        }
        harness.runtime.advance(TIMEOUT);

        // when
        List<String> late = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            late.add(ProducerHarness.filler(BATCHES + i));
            harness.producer.sendAndForget(ProducerRecord.of("t", late.get(i)));
            harness.runtime.run();
        }
        answer(harness, 1);

        // then
        assertThat(takenByNode1).containsAnyElementsOf(late).doesNotContainSequence(late);
    }

    @Test
    void should_not_leave_any_alone_unless_told_so() {
        assertIsNotLeftAlone(harness(options -> options.partitionerAvailabilityTimeout(Duration.ZERO)));
    }

    @Test
    void should_not_leave_any_alone_without_adaptive_partitioning() {
        assertIsNotLeftAlone(harness(options -> options.adaptivePartitioning(false)));
    }

    private void assertIsNotLeftAlone(ProducerHarness harness) {
        // given
        send(harness);
        harness.runtime.advance(TIMEOUT);

        // when
        List<String> late = send(harness);
        answer(harness, 1);

        // then
        assertThat(takenByNode1).containsAnyElementsOf(late);
    }
}
