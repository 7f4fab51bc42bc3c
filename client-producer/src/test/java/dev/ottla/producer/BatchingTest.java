package dev.ottla.producer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchingTest {
    private static final Duration LINGER = Duration.ofMillis(50);

    private static ProducerHarness withLinger() {
        return new ProducerHarness(
                options -> options.linger(LINGER).batchSize(ByteSize.bytes(300)), false, Backpressure.fail());
    }

    @Test
    void should_send_at_once_when_nothing_is_in_flight() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();

        // when
        harness.send(0, "value");
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("value");
    }

    @Test
    void should_gather_what_comes_while_something_is_in_flight_and_send_it_with_the_answer() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();

        // when
        harness.send(2, "second");
        harness.send(2, "third");
        harness.runtime.run();
        assertThat(harness.network.requests).hasSize(1);
        harness.network.next().ack();
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("second", "third");
    }

    @Test
    void should_not_wait_longer_than_the_linger_when_something_is_in_flight() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.send(2, "second");
        harness.runtime.run();
        FakeProduce first = harness.network.next();

        // when
        harness.runtime.advance(Duration.ofMillis(4));
        assertThat(harness.network.requests).isEmpty();
        harness.runtime.advance(Duration.ofMillis(2));

        // then
        assertThat(harness.network.next().values()).containsExactly("second");
        first.ack();
    }

    @Test
    void should_wait_for_the_linger_when_the_user_has_set_one() {
        // given
        ProducerHarness harness = withLinger();
        harness.send(0, "warm");
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(LINGER.plusMillis(1));
        harness.network.answersAtOnce = null;

        // when
        harness.send(0, "first");
        harness.runtime.advance(LINGER.minusMillis(1));
        harness.send(0, "second");
        harness.send(2, "other partition of the same broker");
        harness.runtime.run();
        assertThat(harness.network.requests).isEmpty();
        harness.runtime.advance(Duration.ofMillis(1));

        // then
        assertThat(harness.network.next().values())
                .containsExactly("first", "second", "other partition of the same broker");
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_send_a_full_batch_alone_before_the_linger_ends() {
        // given
        ProducerHarness harness = withLinger();
        harness.send(0, "warm");
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(LINGER.plusMillis(1));
        harness.network.answersAtOnce = null;

        // when
        harness.send(2, "waits");
        harness.send(0, "x".repeat(150));
        harness.send(0, "y".repeat(150));
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("x".repeat(150));
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_send_a_batch_with_all_the_records_that_it_may_have_before_the_linger_ends() {
        // given
        ProducerHarness harness =
                new ProducerHarness(options -> options.linger(LINGER).maxBatchRecords(3), false, Backpressure.fail());
        harness.send(0, "warm");
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(LINGER.plusMillis(1));
        harness.network.answersAtOnce = null;

        // when
        IntStream.range(0, 6).forEach(i -> harness.send(0, "value " + i));
        harness.runtime.run();

        // then
        List<List<String>> sent =
                harness.network.requests.stream().map(FakeProduce::values).toList();
        assertThat(sent).containsExactly(values(0, 3), values(3, 6));
        harness.send(0, "value 6");
        harness.runtime.run();
        assertThat(harness.network.requests).hasSize(2);
        harness.runtime.advance(LINGER.plusMillis(1));
        assertThat(harness.network.requests.getLast().values()).isEqualTo(values(6, 7));
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "value " + i).toList();
    }

    /** Bytes go another way into a batch than what serializers write. */
    @Test
    void should_count_the_records_of_plain_bytes_too() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        RecordProducer<byte[], byte[]> producer =
                harness.bytesProducer(options -> options.maxBatchRecords(2), Partitioners.hash());
        CompletableFuture<RecordMetadata> first = producer.send(bytes("first"));
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.run();
        harness.network.answersAtOnce = null;
        assertThat(first).isCompleted();

        // when
        IntStream.range(0, 4).forEach(i -> producer.send(bytes("value " + i)));
        harness.runtime.run();

        // then
        assertThat(harness.network.requests.stream().map(FakeProduce::values))
                .containsExactly(values(0, 2), values(2, 4));
    }

    private static ProducerRecord<byte[], byte[]> bytes(String value) {
        return ProducerRecord.<byte[], byte[]>of("t", value.getBytes(US_ASCII)).partition(0);
    }

    @Test
    void should_send_every_record_alone_when_batches_have_one() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.maxBatchRecords(1)).warm();

        // when
        List<CompletableFuture<RecordMetadata>> sends = IntStream.range(0, 4)
                .mapToObj(i -> harness.send(0, "value " + i))
                .toList();
        harness.runtime.run();

        // then
        assertThat(harness.network.requests.stream().map(FakeProduce::values))
                .containsExactly(values(0, 1), values(1, 2), values(2, 3), values(3, 4));
        harness.network.requests.forEach(FakeProduce::ack);
        harness.runtime.run();
        assertThat(sends).allMatch(CompletableFuture::isDone);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_go_on_to_another_partition_when_a_batch_has_all_its_records() {
        // given
        ProducerHarness harness = new ProducerHarness(options -> options.maxBatchRecords(2)).warm();
        harness.network.answersAtOnce = ErrorCode.NONE;

        // when
        List<CompletableFuture<RecordMetadata>> sends = IntStream.range(0, 40)
                .mapToObj(i -> harness.producer.send(ProducerRecord.of("t", "value " + i)))
                .toList();
        harness.runtime.run();

        // then
        assertThat(sends.stream().map(send -> send.join().partition()).distinct())
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void should_have_no_more_requests_in_flight_than_allowed() {
        // given
        ProducerHarness harness = new ProducerHarness(
                options -> options.linger(Duration.ZERO).maxInFlight(2), false, Backpressure.fail());
        harness.network.topics.create("wide", 1, 1, 1, 1);
        IntStream.range(0, 4)
                .forEach(partition -> harness.producer.send(
                        ProducerRecord.<String, String>of("wide", "warm").partition(partition)));
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.run();
        harness.network.answersAtOnce = null;

        // when
        for (int partition = 0; partition < 4; partition++) {
            harness.producer.send(ProducerRecord.<String, String>of("wide", "value " + partition)
                    .partition(partition));
            harness.runtime.run();
        }

        // then
        assertThat(harness.network.requests).hasSize(2);
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(harness.network.requests).hasSize(2);
        assertThat(harness.network.requests.getLast().values()).containsExactly("value 2", "value 3");
    }

    @Test
    void should_not_put_more_into_a_request_than_fits() {
        // given
        ProducerHarness harness = new ProducerHarness(
                        options -> options.batchSize(ByteSize.bytes(600)).maxRequestSize(ByteSize.bytes(1000)))
                .warm();
        harness.send(1, "busy");
        harness.send(0, "in flight");
        harness.runtime.run();
        harness.network.requests.clear();
        FakeNetwork.FakeConnection toNode1 = harness.network.connections.stream()
                .filter(connection -> connection.nodeId == 1)
                .reduce((first, last) -> last)
                .orElseThrow();
        harness.network.topics.create("u", 1, 1, 1);
        for (int partition = 0; partition < 3; partition++) {
            harness.producer.send(
                    ProducerRecord.<String, String>of("u", "z".repeat(400)).partition(partition));
        }

        // when
        toNode1.lose();
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        List<Integer> sizes = harness.network.requests.stream()
                .map(request -> request.partitions().size())
                .toList();
        assertThat(sizes).isNotEmpty().allMatch(size -> size <= 2);
    }

    @Test
    void should_send_nothing_while_the_socket_is_full_but_what_an_answer_makes_room_for() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        harness.send(0, "first");
        harness.runtime.run();
        harness.network.isWritable = false;

        // when
        harness.send(2, "second");
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(harness.network.requests).hasSize(1);
        harness.network.next().ack();
        harness.runtime.run();
        assertThat(harness.network.next().values()).containsExactly("second");
    }

    @Test
    void should_wake_the_loop_once_for_a_burst_of_records() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        int before = harness.runtime.executes();

        // when
        IntStream.range(0, 1000)
                .forEach(i -> harness.producer.send(
                        ProducerRecord.<String, String>of("t", "value").partition(i % 2 * 2), (metadata, error) -> {}));

        // then
        assertThat(harness.runtime.executes() - before).isEqualTo(1);
    }

    @Test
    void should_want_no_timer_for_a_minute_when_everything_is_acknowledged() {
        // given
        ProducerHarness harness = new ProducerHarness();
        harness.network.answersAtOnce = ErrorCode.NONE;

        // when
        List<CompletableFuture<RecordMetadata>> sends = IntStream.range(0, 300)
                .mapToObj(i -> harness.send(i % 3, "value " + i))
                .toList();
        harness.runtime.advance(Duration.ofSeconds(2));

        // then
        assertThat(sends).allMatch(CompletableFuture::isDone);
        assertThat(harness.runtime.timersWithin(Duration.ofMinutes(1))).isZero();
    }

    @Test
    void should_stay_with_one_partition_for_records_without_key_until_a_batch_is_full() {
        // given
        ProducerHarness harness = withLinger();
        harness.send(0, "warm");
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.runtime.advance(LINGER.plusMillis(1));
        harness.network.answersAtOnce = null;

        // when
        for (int i = 0; i < 60; i++) {
            harness.producer.send(ProducerRecord.of("t", "value " + i));
        }
        harness.runtime.advance(LINGER.plusMillis(1));

        // then
        List<List<String>> batches =
                harness.network.requests.stream().map(FakeProduce::values).toList();
        assertThat(batches.stream().mapToInt(List::size).max().orElseThrow()).isGreaterThan(10);
    }
}
