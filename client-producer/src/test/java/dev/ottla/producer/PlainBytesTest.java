package dev.ottla.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.ByteSize;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose keys and values are bytes take a shorter way into a batch that is open already. */
class PlainBytesTest {
    private final ProducerHarness harness = new ProducerHarness().warm();

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** A producer of bytes with one request in flight, so that what is sent next stays in open batches. */
    private RecordProducer<byte[], byte[]> gathering(Partitioner partitioner) {
        RecordProducer<byte[], byte[]> producer =
                harness.bytesProducer(options -> options.linger(Duration.ofSeconds(1)), partitioner);
        harness.network.answersAtOnce = ErrorCode.NONE;
        for (int partition = 0; partition < 3; partition++) {
            producer.send(ProducerRecord.<byte[], byte[]>of("t", bytes("warm")).partition(partition));
            harness.runtime.run();
        }
        harness.network.answersAtOnce = null;
        producer.send(ProducerRecord.<byte[], byte[]>of("t", bytes("held")).partition(2));
        producer.send(ProducerRecord.<byte[], byte[]>of("t", bytes("held")).partition(1));
        harness.runtime.run();
        return producer;
    }

    private void answerAll() {
        harness.network.requests.forEach(FakeProduce::ack);
        harness.network.requests.clear();
        harness.runtime.run();
    }

    @Test
    void should_send_every_part_of_records_that_join_an_open_batch() {
        // given
        RecordProducer<byte[], byte[]> producer = gathering(Partitioners.hash());
        ProducerRecord<byte[], byte[]> record =
                ProducerRecord.of("t", bytes("key"), bytes("value")).partition(0);

        // when
        producer.send(record.timestamp(1000));
        producer.send(record.timestamp(2000).header("trace", bytes("1")));
        producer.send(
                ProducerRecord.<byte[], byte[]>of("t", null, null).partition(0).timestamp(500));
        answerAll();

        // then
        RecordBatch batch = harness.network.next().batch();
        List<String> seen = new ArrayList<>();
        for (Record each : batch) {
            seen.add(text(each.hasKey() ? Utils.toArray(each.key()) : null) + " "
                    + text(each.hasValue() ? Utils.toArray(each.value()) : null) + " " + each.timestamp() + " "
                    + each.headers().length);
        }
        assertThat(seen).containsExactly("key value 1000 0", "key value 2000 1", "null null 500 0");
        assertThat(batch.isValid()).isTrue();
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }

    @Test
    void should_put_a_key_where_it_goes_when_a_batch_is_opened_for_it() {
        // given
        RecordProducer<byte[], byte[]> producer = harness.bytesProducer(options -> options, Partitioners.hash());
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

        // when
        for (int i = 0; i < 60; i++) {
            sends.add(producer.topic("t").send(bytes("key " + i % 20), bytes("value")));
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        for (int i = 0; i < 60; i++) {
            assertThat(sends.get(i).join().topicPartition().partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(bytes("key " + i % 20))) % 3);
        }
    }

    static List<Partitioner> byKey() {
        return List.of(Partitioners.hash(), Partitioners.crc32(), Partitioners.fnv1a(), Partitioners.fnv1aReference());
    }

    @ParameterizedTest
    @MethodSource("byKey")
    void should_put_keys_into_open_batches_where_the_partitioner_says(Partitioner partitioner) {
        // given
        RecordProducer<byte[], byte[]> producer = gathering(partitioner);
        TopicPartitions partitions = partitionsOfT();
        Map<Integer, List<String>> expected = new TreeMap<>();

        // when
        for (int i = 0; i < 60; i++) {
            byte[] key = bytes("key " + i);
            producer.topic("t").send(key, bytes("value " + i));
            expected.computeIfAbsent(
                            partitioner.partition(ProducerRecord.of("t", ""), ByteBuffer.wrap(key), partitions),
                            none -> new ArrayList<>())
                    .add("value " + i);
        }
        answerAll();
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        Map<Integer, List<String>> sent = new TreeMap<>();
        harness.network.requests.forEach(request -> request.valuesByPartition()
                .forEach((partition, values) -> sent.computeIfAbsent(partition, none -> new ArrayList<>())
                        .addAll(values)));
        assertThat(expected).hasSize(3);
        assertThat(sent).isEqualTo(expected);
    }

    private TopicPartitions partitionsOfT() {
        CompletableFuture<TopicPartitions> known = harness.producer.partitionsFor("t");
        harness.runtime.run();
        return known.join();
    }

    @Test
    void should_ask_a_partitioner_once_about_each_record() {
        // given
        AtomicInteger asked = new AtomicInteger();
        RecordProducer<byte[], byte[]> counting = gathering((record, key, partitions) -> {
            asked.incrementAndGet();
            return 0;
        });

        // when
        for (int i = 0; i < 10; i++) {
            counting.send(ProducerRecord.of("t", bytes("value")));
        }

        // then
        assertThat(asked).hasValue(10);
    }

    @Test
    void should_take_turns_record_by_record() {
        // given
        RecordProducer<byte[], byte[]> producer = gathering(Partitioners.roundRobin());

        // when
        for (int i = 0; i < 9; i++) {
            producer.topic("t").send(null, bytes("value"));
        }
        answerAll();

        // then
        List<Integer> counts = new ArrayList<>();
        harness.network.requests.forEach(request -> counts.add(request.values().size()));
        assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(9);
        assertThat(harness.network.requests)
                .allSatisfy(request -> assertThat(request.values())
                        .hasSize(3 * request.partitions().size()));
    }

    @Test
    void should_keep_the_order_when_batches_become_full() {
        // given
        RecordProducer<byte[], byte[]> producer =
                harness.bytesProducer(options -> options.batchSize(ByteSize.bytes(256)), Partitioners.hash());
        List<Integer> acked = new ArrayList<>();

        // when
        for (int i = 0; i < 100; i++) {
            int number = i;
            producer.send(
                    ProducerRecord.<byte[], byte[]>of("t", bytes("x".repeat(i))).partition(1),
                    (metadata, error) -> acked.add(error == null ? number : -1));
        }
        List<Integer> lengths = new ArrayList<>();
        harness.runtime.advance(Duration.ofSeconds(1));
        while (!harness.network.requests.isEmpty()) {
            FakeProduce request = harness.network.next();
            request.values().forEach(value -> lengths.add(value.length()));
            request.ack();
            harness.runtime.advance(Duration.ofSeconds(1));
        }

        // then
        assertThat(lengths).containsExactlyElementsOf(acked);
        assertThat(acked).hasSize(100).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void should_refuse_what_is_too_large_names_no_partition_or_comes_after_the_end() {
        // given
        RecordProducer<byte[], byte[]> producer = gathering(Partitioners.hash());
        ProducerRecord<byte[], byte[]> small = ProducerRecord.of("t", bytes("value"));
        producer.send(small.partition(0));

        // when
        CompletableFuture<RecordMetadata> large = producer.send(
                ProducerRecord.<byte[], byte[]>of("t", new byte[2 << 20]).partition(0));
        CompletableFuture<RecordMetadata> nowhere = producer.send(small.partition(17));
        harness.runtime.run();

        // then
        assertThat(ProducerHarness.failureOf(large)).isInstanceOf(RecordException.class);
        assertThat(ProducerHarness.failureOf(nowhere)).hasMessageContaining("17");
        harness.cluster.homeLoop().execute(() -> producer.close(Duration.ZERO));
        harness.runtime.run();
        assertThatThrownBy(() -> producer.send(small.partition(0))).isInstanceOf(ClosedException.class);
    }
}
