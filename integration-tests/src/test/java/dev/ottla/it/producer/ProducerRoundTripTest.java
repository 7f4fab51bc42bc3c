package dev.ottla.it.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.config.Acks;
import dev.ottla.errors.KafkaException;
import dev.ottla.producer.Partitioners;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("jdk")
@RealKafkaTest
class ProducerRoundTripTest {
    private final OfficialConsumer official;
    private final RealKafka broker;
    private final String topic = "round-trip-" + UUID.randomUUID();
    private KafkaClient kafka;

    ProducerRoundTripTest(RealKafka broker) {
        this.broker = broker;
        this.official = new OfficialConsumer(broker);
    }

    @BeforeEach
    void connect() {
        kafka = KafkaClient.connect(broker.bootstrapServers());
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    @Test
    void should_deliver_key_value_headers_and_timestamp_as_they_are() throws Exception {
        // given
        official.createTopic(topic, 1, 1, Map.of());
        byte[] binary = {0, -1, 127, -128};

        // when
        RecordMetadata metadata;
        try (Producer<String, String> producer = stringProducer()) {
            metadata = producer.sendSync(ProducerRecord.<String, String>of(topic, "key-ä", "value-€")
                    .timestamp(1_234_567_890_123L)
                    .header("source", "web")
                    .header("source", binary)
                    .header("none", (byte[]) null));
            producer.sendSync(ProducerRecord.of(topic, "gone", null));
            producer.sendSync(ProducerRecord.of(topic, "only value"));
        }

        // then
        List<ConsumerRecord<byte[], byte[]>> records = official.read(topic, 3);
        assertThat(records).hasSize(3);
        ConsumerRecord<byte[], byte[]> first = records.get(0);
        assertThat(first.key()).isEqualTo("key-ä".getBytes(UTF_8));
        assertThat(first.value()).isEqualTo("value-€".getBytes(UTF_8));
        assertThat(first.timestamp()).isEqualTo(1_234_567_890_123L);
        assertThat(first.headers().toArray()).hasSize(3);
        assertThat(first.headers().toArray()[0].value()).isEqualTo("web".getBytes(UTF_8));
        assertThat(first.headers().toArray()[1].value()).isEqualTo(binary);
        assertThat(first.headers().toArray()[2].value()).isNull();
        assertThat(records.get(1).value()).isNull();
        assertThat(records.get(2).key()).isNull();
        assertThat(metadata.partition()).isZero();
        assertThat(metadata.offset()).isEqualTo(first.offset());
        assertThat(metadata.timestamp()).isEqualTo(1_234_567_890_123L);
    }

    @Test
    void should_report_the_brokers_time_when_topic_takes_log_append_time() throws Exception {
        // given
        official.createTopic(topic, 1, 1, Map.of("message.timestamp.type", "LogAppendTime"));

        // when
        RecordMetadata metadata;
        try (Producer<String, String> producer = stringProducer()) {
            metadata = producer.sendSync(
                    ProducerRecord.<String, String>of(topic, "value").timestamp(1));
        }

        // then
        assertThat(metadata.timestamp())
                .isEqualTo(official.read(topic, 1).get(0).timestamp())
                .isGreaterThan(1_600_000_000_000L);
    }

    @ParameterizedTest
    @EnumSource(Acks.class)
    void should_deliver_with_every_acks(Acks acks) throws Exception {
        // given
        official.createTopic(topic, 1, 1, Map.of());
        List<RecordMetadata> metadata = new ArrayList<>();

        // when
        try (Producer<String, String> producer = Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .acks(acks)
                .build()) {
            for (int i = 0; i < 100; i++) {
                metadata.add(producer.sendSync(ProducerRecord.of(topic, "value " + i)));
            }
        }

        // then
        assertThat(official.read(topic, 100))
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "value " + i).toList());
        assertThat(metadata)
                .extracting(RecordMetadata::offset)
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(i -> acks == Acks.NONE ? RecordMetadata.NO_OFFSET : (long) i)
                        .toList());
    }

    @Test
    void should_keep_the_order_of_each_key_among_100_000_records() throws Exception {
        // given
        int records = 100_000;
        int keys = 1_000;
        official.createTopic(topic, 6, 1, Map.of());
        List<CompletableFuture<RecordMetadata>> futures = new ArrayList<>();

        // when
        try (Producer<String, Integer> producer = Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.int32())
                .build()) {
            for (int i = 0; i < records; i++) {
                futures.add(producer.send(ProducerRecord.of(topic, "key-" + i % keys, i)));
            }
        }

        // then
        assertThat(futures).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        List<ConsumerRecord<byte[], byte[]>> found = official.read(topic, records);
        assertThat(found).hasSize(records);
        Map<String, Integer> lastOfKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : found) {
            String key = new String(record.key(), UTF_8);
            int value = java.nio.ByteBuffer.wrap(record.value()).getInt();
            Integer last = lastOfKey.put(key, value);
            assertThat(value).isEqualTo(last == null ? value : last + keys);
            assertThat(record.partition()).isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % 6);
            RecordMetadata metadata = futures.get(value).join();
            assertThat(metadata.partition()).isEqualTo(record.partition());
            assertThat(metadata.offset()).isEqualTo(record.offset());
        }
        assertThat(lastOfKey).hasSize(keys);
    }

    @Test
    void should_spread_records_without_key_over_all_partitions() throws Exception {
        // given
        official.createTopic(topic, 3, 1, Map.of());

        // when
        try (Producer<byte[], byte[]> producer = Producer.builder(kafka)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .partitioner(Partitioners.roundRobin())
                .build()) {
            for (int i = 0; i < 99; i++) {
                producer.send(ProducerRecord.of(topic, new byte[10]));
            }
        }

        // then
        Map<Integer, Integer> counts = new HashMap<>();
        official.read(topic, 99).forEach(record -> counts.merge(record.partition(), 1, Integer::sum));
        assertThat(counts).isEqualTo(Map.of(0, 33, 1, 33, 2, 33));
    }

    @Test
    void should_send_from_many_threads_at_once() throws Exception {
        // given
        int threads = 8;
        int perThread = 2_000;
        official.createTopic(topic, 4, 1, Map.of());
        List<KafkaException> errors = java.util.Collections.synchronizedList(new ArrayList<>());

        // when
        try (Producer<String, String> producer = stringProducer()) {
            List<Thread> senders = IntStream.range(0, threads)
                    .mapToObj(thread -> new Thread(() -> IntStream.range(0, perThread)
                            .forEach(i -> producer.send(
                                    ProducerRecord.of(topic, "thread-" + thread, String.valueOf(i)),
                                    (metadata, error) -> {
                                        if (error != null) {
                                            errors.add(error);
                                        }
                                    }))))
                    .toList();
            senders.forEach(Thread::start);
            for (Thread sender : senders) {
                sender.join();
            }
        }

        // then
        assertThat(errors).isEmpty();
        Map<String, Integer> nextOfThread = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : official.read(topic, threads * perThread)) {
            String thread = new String(record.key(), UTF_8);
            int expected = nextOfThread.getOrDefault(thread, 0);
            assertThat(new String(record.value(), UTF_8)).isEqualTo(String.valueOf(expected));
            nextOfThread.put(thread, expected + 1);
        }
        assertThat(nextOfThread)
                .hasSize(threads)
                .allSatisfy((thread, next) -> assertThat(next).isEqualTo(perThread));
    }

    private Producer<String, String> stringProducer() {
        return Producer.builder(kafka)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }
}
