package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Node 1, which leads partitions 0 and 2, answers nothing; node 2, which leads partition 1, answers at once. */
class SlowLeaderTest {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ProducerHarness harness = new ProducerHarness(ProducerHarness.smallBuffer(BUFFER_BYTES)).warm();

    /** Sends records of 150 bytes until one is refused; returns how many were accepted. */
    private int fillShareOfNode1() {
        for (int accepted = 0; accepted < BUFFER_BYTES; accepted++) {
            CompletableFuture<RecordMetadata> send = harness.send(0, ProducerHarness.filler(accepted));
            answerNode2();
            if (send.isCompletedExceptionally()) {
                return accepted;
            }
        }
        throw new AssertionError("nothing was refused");
    }

    private void answerNode2() {
        harness.runtime.run();
        List<FakeProduce> ofNode2 = harness.network.requests.stream()
                .filter(request -> request.node() == 2)
                .toList();
        harness.network.requests.removeAll(ofNode2);
        ofNode2.forEach(FakeProduce::ack);
        harness.runtime.run();
    }

    @Test
    void should_leave_memory_to_the_others_when_one_leader_does_not_answer() {
        // given
        fillShareOfNode1();
        assertThat(harness.producer.usedBytes()).isBetween((long) BUFFER_BYTES / 2, BUFFER_BYTES * 3L / 4);

        // when
        List<CompletableFuture<RecordMetadata>> others = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            others.add(harness.send(1, ProducerHarness.filler(number)));
            answerNode2();
        }

        // then
        assertThat(others).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
    }

    @Test
    void should_send_records_without_key_where_there_is_room() {
        // given
        fillShareOfNode1();

        // when
        List<CompletableFuture<RecordMetadata>> anywhere = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            anywhere.add(harness.producer.send(ProducerRecord.of("t", ProducerHarness.filler(number))));
            answerNode2();
        }

        // then
        assertThat(anywhere.stream().filter(CompletableFuture::isCompletedExceptionally))
                .as("all go to partition 1")
                .isEmpty();
        assertThat(anywhere.stream().filter(CompletableFuture::isDone).count()).isGreaterThan(990);
    }

    /** Partition 2 fills the share of node 1, which answers nothing, so that whoever sends to partition 0 has to wait. */
    private static ProducerHarness withoutRoomForNode1(Backpressure backpressure) {
        ProducerHarness waiting =
                new ProducerHarness(ProducerHarness.smallBuffer(BUFFER_BYTES), true, backpressure).warm();
        for (int number = 0; waiting.producer.usedBytes() < BUFFER_BYTES * 3L / 4; number++) {
            waiting.send(2, ProducerHarness.filler(number));
            waiting.runtime.run();
        }
        return waiting;
    }

    private static void moveTo2(ProducerHarness waiting) {
        waiting.network.topics.move("t", 0, 2);
        waiting.cluster.refreshMetadata("test");
        waiting.runtime.advance(Duration.ofSeconds(1));
    }

    @Test
    void should_let_a_blocked_sender_go_on_when_its_partition_moves_to_a_leader_that_answers() throws Exception {
        // given
        ProducerHarness waiting = withoutRoomForNode1(Backpressure.block(Duration.ofMinutes(5)));
        FutureTask<CompletableFuture<RecordMetadata>> blocked = new FutureTask<>(() -> waiting.send(0, "blocked"));
        Thread sender = new Thread(blocked);
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        // when
        moveTo2(waiting);

        // then
        CompletableFuture<RecordMetadata> accepted = blocked.get(60, TimeUnit.SECONDS);
        waiting.runtime.run();
        assertThat(waiting.network.requests)
                .filteredOn(request -> request.node() == 2)
                .flatExtracting(FakeProduce::values)
                .containsExactly("blocked");
        assertThat(accepted).isNotDone();
    }

    @Test
    void should_place_a_suspended_record_when_its_partition_moves_to_a_leader_that_answers() {
        // given
        ProducerHarness waiting = withoutRoomForNode1(Backpressure.suspend());
        CompletableFuture<RecordMetadata> suspended = waiting.send(0, "suspended");
        waiting.runtime.run();

        // when
        moveTo2(waiting);

        // then
        assertThat(waiting.network.requests)
                .filteredOn(request -> request.node() == 2)
                .flatExtracting(FakeProduce::values)
                .containsExactly("suspended");
        assertThat(suspended).isNotDone();
    }

    @Test
    void should_use_all_memory_when_there_is_one_leader() {
        // given
        ProducerHarness alone = new ProducerHarness(ProducerHarness.smallBuffer(BUFFER_BYTES));
        alone.network.topics.create("alone", 1);

        // when
        for (int number = 0; number < BUFFER_BYTES / 256; number++) {
            alone.producer.sendAndForget(ProducerRecord.<String, String>of("alone", ProducerHarness.filler(number))
                    .partition(0));
            alone.runtime.run();
        }

        // then
        assertThat(alone.failures).isEmpty();
        assertThat(alone.producer.usedBytes()).isEqualTo(BUFFER_BYTES);
    }

    @Test
    void should_hold_records_of_10000_partitions_without_10000_batches() {
        // given
        int partitions = 10_000;
        int[] leaders = new int[partitions];
        Arrays.setAll(leaders, partition -> 1 + partition % 3);
        ProducerHarness many = new ProducerHarness(
                options -> options.batchSize(ByteSize.kib(16))
                        .bufferMemory(ByteSize.mib(32))
                        .linger(Duration.ofSeconds(10)),
                false,
                Backpressure.fail());
        many.network.topics.create("many", leaders);
        CompletableFuture<TopicPartitions> known = many.producer.partitionsFor("many");
        many.runtime.run();
        assertThat(known).isCompleted();
        CompletableFuture<RecordMetadata> first = many.producer.send(
                ProducerRecord.<String, String>of("many", "first").partition(0));
        many.runtime.run();

        // when
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>(List.of(first));
        for (int partition = 0; partition < partitions; partition++) {
            sends.add(many.producer.send(ProducerRecord.<String, String>of("many", ProducerHarness.filler(partition))
                    .partition(partition)));
        }
        many.runtime.run();

        // then
        assertThat(sends).noneMatch(CompletableFuture::isDone);
        assertThat(many.producer.usedBytes())
                .isLessThan(ByteSize.mib(32).bytes())
                .isLessThan(partitions * ByteSize.kib(4).bytes());
    }
}
