package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.Compression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;

/** Topic {@code t} is as the producer has it, topic {@code own} has options of its own; both are led by node 1. */
class TopicOptionsTest {
    private final List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

    private static ProducerHarness harness(TopicOptions own) {
        ProducerHarness harness = new ProducerHarness(
                options -> options.idempotence(false).batchSize(ByteSize.bytes(256)),
                true,
                Backpressure.fail(),
                Partitioners.hash(),
                Map.of("own", own));
        harness.network.topics.create("own", 1);
        return harness.warm();
    }

    /** Makes the topic known, at once or after its linger. */
    private static void know(ProducerHarness harness, String topic) {
        CompletableFuture<TopicPartitions> known = harness.producer.partitionsFor(topic);
        harness.runtime.run();
        assertThat(known).isCompleted();
    }

    private void send(ProducerHarness harness, String topic, String value) {
        sends.add(harness.producer.send(
                ProducerRecord.<String, String>of(topic, value).partition(0)));
    }

    @Test
    void should_wait_for_the_topics_own_linger_and_for_no_other() {
        // given
        ProducerHarness harness = harness(TopicOptions.none().linger(Duration.ofMillis(100)));

        // when
        send(harness, "own", "later");
        send(harness, "t", "at once");
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("at once");
        harness.runtime.advance(Duration.ofMillis(99));
        assertThat(harness.network.requests).isEmpty();
        harness.runtime.advance(Duration.ofMillis(2));
        assertThat(harness.network.next().values()).containsExactly("later");
    }

    @Test
    void should_not_wait_for_another_topics_longer_linger() {
        // given
        ProducerHarness harness = harness(TopicOptions.none().linger(Duration.ofSeconds(1)));
        send(harness, "own", "later");
        harness.runtime.run();
        send(harness, "t", "in flight");
        harness.runtime.run();

        // when
        send(harness, "t", "after 5 ms");
        harness.runtime.advance(Duration.ofMillis(6));

        // then
        assertThat(harness.network.next().values()).containsExactly("in flight");
        harness.network.requests.forEach(FakeProduce::ack);
        harness.runtime.advance(Duration.ofMillis(6));
        assertThat(harness.network.requests)
                .noneMatch(request -> request.values().contains("later"));
    }

    @Test
    void should_let_batches_of_the_topic_grow_as_large_as_it_says() {
        // given
        ProducerHarness harness =
                harness(TopicOptions.none().batchSize(ByteSize.kib(4)).linger(Duration.ofMillis(100)));

        // when
        for (int number = 0; number < 5; number++) {
            send(harness, "own", ProducerHarness.filler(number));
        }
        harness.runtime.advance(Duration.ofMillis(150));

        // then
        assertThat(harness.network.next().values()).hasSize(5);
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_put_no_more_records_into_batches_of_the_topic_than_it_says() {
        // given
        ProducerHarness harness = harness(TopicOptions.none().maxBatchRecords(2).linger(Duration.ofMillis(100)));
        know(harness, "own");

        // when
        for (String value : List.of("one", "two")) {
            send(harness, "own", value);
        }
        harness.runtime.run();

        // then
        assertThat(harness.network.next().values()).containsExactly("one", "two");
        assertThat(harness.network.requests).isEmpty();
    }

    @Test
    void should_compress_the_topics_batches_in_its_own_way() {
        // given
        ProducerHarness harness = harness(TopicOptions.none().compression(Compression.gzip()));

        // when
        send(harness, "own", "x".repeat(150));
        harness.runtime.run();
        FakeProduce own = harness.network.next();
        own.ack();
        harness.runtime.run();
        send(harness, "t", "x".repeat(150));
        harness.runtime.run();

        // then
        assertThat(own.batch().compressionType()).isEqualTo(CompressionType.GZIP);
        assertThat(harness.network.next().batch().compressionType()).isEqualTo(CompressionType.NONE);
        harness.close();
    }

    @Test
    void should_compress_the_topics_batches_at_its_own_level() {
        assertThat(compressedBytes(Compression.gzip(9))).isLessThan(compressedBytes(Compression.gzip(1)));
    }

    private int compressedBytes(Compression compression) {
        ProducerHarness harness =
                harness(TopicOptions.none().compression(compression).batchSize(ByteSize.kib(16)));
        send(
                harness,
                "own",
                IntStream.range(0, 1_000).mapToObj(i -> "order " + i * i).collect(Collectors.joining(",")));
        harness.runtime.run();
        int bytes = harness.network.next().firstBatch().length;
        harness.close();
        return bytes;
    }

    @Test
    void should_ask_for_the_topics_own_acks_in_requests_of_its_own() {
        // given
        ProducerHarness harness = harness(TopicOptions.none().acks(Acks.LEADER));
        know(harness, "own");

        // when
        send(harness, "own", "one");
        send(harness, "t", "two");
        harness.runtime.advance(Duration.ofMillis(6));

        // then
        assertThat(harness.network.requests)
                .extracting(request -> request.request.acks())
                .containsExactlyInAnyOrder((short) 1, (short) -1);
        assertThat(harness.network.requests)
                .allMatch(request -> request.values().size() == 1);
    }
}
