package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryTest {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    @Test
    void should_complete_with_offsets_in_order_when_acknowledged() {
        // given
        ProducerHarness harness = new ProducerHarness();

        // when
        List<CompletableFuture<RecordMetadata>> sends =
                List.of(harness.send(0, "a"), harness.send(0, "b"), harness.send(0, "c"));
        harness.runtime.run();
        harness.network.next().ack();
        harness.runtime.run();

        // then
        assertThat(sends)
                .extracting(send -> send.join().offset())
                .containsExactly(FakeProduce.BASE_OFFSET, FakeProduce.BASE_OFFSET + 1, FakeProduce.BASE_OFFSET + 2);
        assertThat(harness.completed).containsExactly("a", "b", "c");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_keep_order_and_bytes_when_batch_is_sent_again_without_idempotence() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.idempotence(false)).warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.send(0, "second");
        harness.runtime.run();
        assertThat(harness.network.requests)
                .as("one batch of a partition in flight")
                .hasSize(1);

        // when
        FakeProduce attempt = harness.network.next();
        attempt.answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.runtime.advance(BACKOFF_MAX);

        // then
        FakeProduce again = harness.network.next();
        assertThat(again.values()).containsExactly("first");
        assertThat(again.firstBatch()).isEqualTo(attempt.firstBatch());
        assertThat(harness.network.requests).isEmpty();
        again.ack();
        harness.runtime.run();
        FakeProduce second = harness.network.next();
        assertThat(second.values()).containsExactly("second");
        second.ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("first", "second");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_send_again_before_the_complete_batches_that_follow() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.batchSize(ByteSize.bytes(256))).warm();
        harness.send(0, "0" + "x".repeat(150));
        harness.runtime.run();
        IntStream.range(1, 4).forEach(number -> harness.send(0, number + "x".repeat(150)));

        // when
        harness.network.next().answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(BACKOFF_MAX);

        // then
        assertThat(harness.completed).extracting(value -> value.substring(0, 1)).containsExactly("0", "1", "2", "3");
    }

    @Test
    void should_let_other_partitions_flow_while_one_waits_for_its_retry() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "stuck");
        harness.runtime.run();
        harness.network.next().answer(ErrorCode.NOT_ENOUGH_REPLICAS);
        harness.runtime.run();

        // when
        harness.send(2, "flows");
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("flows");
    }

    @Test
    void should_go_to_the_new_leader_in_order_when_leader_moved() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.send(0, "second");
        harness.network.topics.move("t", 0, 3);

        // when
        harness.network.next().answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        harness.runtime.advance(BACKOFF_MAX);
        FakeProduce first = harness.network.next();
        while (first.node() == 1) {
            first.answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            harness.runtime.advance(BACKOFF_MAX);
            first = harness.network.next();
        }

        // then
        assertThat(first.node()).isEqualTo(3);
        assertThat(first.values()).containsExactly("first");
        first.ack();
        harness.runtime.run();
        FakeProduce second = harness.network.next();
        assertThat(second.node()).isEqualTo(3);
        assertThat(second.values()).containsExactly("second");
        second.ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("first", "second");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_follow_the_leader_that_the_answer_names_without_backoff() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();
        int metadataRequests = harness.network.topics.metadataRequests;

        // when
        harness.network
                .next()
                .answer(partition -> partition
                        .errorCode(ErrorCode.NOT_LEADER_OR_FOLLOWER.code())
                        .currentLeader(new LeaderIdAndEpoch(2, 6)));
        harness.runtime.run();

        // then
        assertThat(harness.network.next().node()).isEqualTo(2);
        assertThat(harness.network.topics.metadataRequests).isEqualTo(metadataRequests);
    }

    @Test
    void should_not_wait_out_a_backoff_when_the_leader_has_moved_already() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();
        harness.network.topics.move("t", 0, 3);
        harness.cluster.refreshMetadata("the test says so");
        harness.runtime.advance(BACKOFF_MAX);

        // when
        harness.network.next().answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        harness.runtime.run();

        // then
        assertThat(harness.network.next().node()).isEqualTo(3);
    }

    @Test
    void should_go_on_when_a_partition_gets_the_leader_back_that_it_lost() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.down.add(1);
        harness.network.connections.forEach(FakeNetwork.FakeConnection::lose);
        harness.runtime.run();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();
        harness.network.topics.move("t", 0, FakeTopics.NO_LEADER);
        harness.runtime.advance(Duration.ofSeconds(5));

        // when
        harness.network.down.clear();
        harness.network.topics.move("t", 0, 1);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        FakeProduce produce = harness.network.next();
        assertThat(produce.values()).containsExactly("value");
        produce.ack();
        harness.runtime.run();
        assertThat(send).isCompleted();
    }

    @Test
    void should_not_send_to_old_leader_what_was_never_sent_when_leader_moves() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.network.down.add(1);
        harness.network.connections.forEach(FakeNetwork.FakeConnection::lose);
        harness.runtime.run();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.topics.move("t", 0, 2);
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        FakeProduce produce = harness.network.next();
        assertThat(produce.node()).isEqualTo(2);
        produce.ack();
        harness.runtime.run();
        assertThat(send).isCompleted();
    }

    @Test
    void should_send_again_when_connection_was_lost() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().lose();
        harness.runtime.advance(BACKOFF_MAX);
        harness.network.next().ack();
        harness.runtime.run();

        // then
        assertThat(send).isCompletedWithValueMatching(metadata -> metadata.offset() == FakeProduce.BASE_OFFSET);
    }

    @Test
    void should_send_in_order_what_waited_for_its_topic() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.producer.send(ProducerRecord.<String, String>of("late", "1").partition(0));
        harness.producer.send(ProducerRecord.<String, String>of("late", "2").partition(0));
        harness.runtime.run();

        // when
        harness.network.topics.create("late", 1);
        harness.runtime.advance(Duration.ofSeconds(3));
        harness.producer.send(ProducerRecord.<String, String>of("late", "3").partition(0));
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("1", "2");
    }

    @Test
    void should_keep_records_when_topic_vanishes_for_a_while() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();
        harness.network.topics.errors.put("t", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        harness.network.next().answer(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        harness.runtime.advance(Duration.ofSeconds(5));
        assertThat(harness.completed).isEmpty();

        // when
        harness.network.topics.errors.clear();
        harness.runtime.advance(Duration.ofSeconds(5));

        // then
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(harness.completed).containsExactly("value");
    }

    @Test
    void should_refuse_an_answer_about_something_else_as_a_whole() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "value");
        harness.runtime.run();

        // when
        FakeProduce produce = harness.network.next();

        // then
        assertThatThrownBy(() -> {
                    produce.answer(partition -> partition.index(7));
                    harness.runtime.run();
                })
                .hasMessageContaining("partition 7");
        assertThat(harness.completed).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NONE", "DUPLICATE_SEQUENCE_NUMBER"})
    void should_count_a_duplicate_as_acknowledged(ErrorCode code) {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        CompletableFuture<RecordMetadata> send = harness.send(0, "value");
        harness.runtime.run();

        // when
        harness.network.next().answer(code);
        harness.runtime.run();

        // then
        assertThat(send).isCompleted();
    }
}
