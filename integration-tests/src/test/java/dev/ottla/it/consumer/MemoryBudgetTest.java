package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a consumer takes of the memory outside of the heap, measured; the broker is another process. */
@RealKafkaTest(brokers = 3)
class MemoryBudgetTest {
    private static final ByteSize BUDGET = ByteSize.mib(48);

    private static final int RECORD_BYTES = 1_000_000;
    private static final int PARTITIONS = 24;
    private static final int RECORDS = 72;

    private final RealKafka kafka;
    private final OfficialClient official;
    private long peakBytes;

    MemoryBudgetTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
        Map<String, Object> all = new HashMap<>(config);
        all.put("bootstrap.servers", kafka.bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void measure(long baseBytes) {
        peakBytes = Math.max(peakBytes, directBytes() - baseBytes);
    }

    /** Some JVMs' Netty allocates past the JVM's own count, and some count it twice. */
    private static long directBytes() {
        long countedByJvm = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return Math.max(PlatformDependent.usedDirectMemory(), countedByJvm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "lz4"})
    void should_not_take_more_ahead_of_a_slow_application_than_the_budget_allows(String codec) {
        // given 72 MB in 24 partitions on three brokers
        String topic = official.createTopic(PARTITIONS);
        produce(topic, codec);
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new TopicPartition(topic, i))
                .toList();
        long baseBytes = directBytes();

        // when
        int count = 0;
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Consumer<byte[], byte[]> consumer = Consumer.builder(client)
                        .assign(partitions)
                        .startAt(StartAt.earliest())
                        .memory(BUDGET)
                        .maxPollRecords(1)
                        .build()) {
            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (count < RECORDS && System.nanoTime() - deadlineNanos < 0) {
                count += consumer.poll(Duration.ofMillis(100)).count();
                measure(baseBytes);
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }

        // then
        assertThat(count).isEqualTo(RECORDS);
        assertThat(peakBytes)
                .as("fetched ahead, or decompressed, but not too much")
                .isGreaterThan(3L * RECORD_BYTES)
                .isLessThan(BUDGET.bytes());
    }

    /** Each record a batch, or, as only a tenth of it can't be compressed, all of a partition in one. */
    private void produce(String topic, String codec) {
        byte[] value = new byte[RECORD_BYTES];
        new Random(1).nextBytes(value);
        Arrays.fill(value, RECORD_BYTES / 10, RECORD_BYTES, (byte) 0);
        int together = codec.equals("none") ? 1 : RECORDS / PARTITIONS;
        Map<String, Object> config = Map.of(
                "compression.type",
                codec,
                "batch.size",
                together * RECORD_BYTES + 10_000,
                "linger.ms",
                10_000,
                "buffer.memory",
                100_000_000L,
                "max.request.size",
                2_000_000);
        try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, value));
            }
        }
    }

    @Test
    void should_refuse_a_batch_that_would_become_larger_than_the_budget_allows() {
        // given 30 MB of zeros that compress to a few kilobytes
        TopicPartition bomb = new TopicPartition(official.createTopic(1), 0);
        TopicPartition harmless = new TopicPartition(official.createTopic(1), 0);
        try (KafkaProducer<byte[], byte[]> producer = producer(
                Map.of("max.request.size", 100_000_000, "buffer.memory", 200_000_000L, "compression.type", "zstd"))) {
            producer.send(new ProducerRecord<>(bomb.topic(), 0, null, new byte[30_000_000]));
        }
        official.produce(harmless.topic(), 0, 0, 3);
        long baseBytes = directBytes();

        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Consumer<byte[], byte[]> consumer = Consumer.builder(client)
                        .assign(bomb, harmless)
                        .startAt(StartAt.earliest())
                        .memory(BUDGET)
                        .build()) {

            // when
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            consumer.poll(Duration.ofMillis(200));
                            measure(baseBytes);
                        }
                    })
                    .isInstanceOf(CorruptRecordException.class)
                    .hasMessageContaining("may decompress to");
            measure(baseBytes);

            // then
            assertThat(peakBytes).isLessThan(BUDGET.bytes());
            consumer.seek(bomb, 1);
            Polling.until(consumer, () -> consumer.position(harmless).orElse(0L) == 3, new ArrayList<>());
        }
    }
}
