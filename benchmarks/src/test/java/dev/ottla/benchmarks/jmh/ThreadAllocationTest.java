package dev.ottla.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.nullbroker.NullBroker;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerCursor;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.SendCallback;
import dev.ottla.producer.TopicProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the application's own thread allocates for a record when it sends and when it polls, all of the client's work on that
 * thread included. It must come below the bound some time: before that the JIT is not done.
 */
@Timeout(60)
class ThreadAllocationTest {
    private static final long ATTEMPTS_NANOS = TimeUnit.SECONDS.toNanos(25);
    private static final int RECORDS = 100_000;
    private static final int RECORDS_IN_TOPIC = 1_000_000_000;
    private static final int VALUE_BYTES = 100;
    private static final int PARTITIONS = 6;

    /** A record's part of its batch, and of a wait for room in the buffer; an object for each record would be 16 at least. */
    private static final double SENT_BYTES_MAX = 2;

    /** Besides, the future, and where the batch keeps it: a reference and a time. Another object would be 16 more at least. */
    private static final double SENT_WITH_FUTURE_BYTES_MAX = SENT_BYTES_MAX + 24 + 16;

    /** The array of the value, and the object of the record. */
    private static final double POLLED_BYTES_MAX = 192;

    /** A record's part of the answer and the batch that it came in. */
    private static final double LOOKED_AT_BYTES_MAX = 1;

    private static final String TOPIC = TopicShape.empty(PARTITIONS).topic();
    private static final SendCallback IGNORING = (metadata, error) -> {};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final NullBroker broker = new NullBroker(1, 1, cause -> {});
    private final Map<String, String> config = Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "batch.size", "65536",
            "linger.ms", "5",
            "group.id", "test",
            "enable.auto.commit", "false",
            "max.poll.records", "10000",
            "auto.offset.reset", "earliest");
    private final KafkaClient kafka = KafkaClient.connect(
            ClientOptions.builder().config(KafkaConfig.of(config)).build());

    @AfterEach
    void close() {
        kafka.close();
        broker.close();
    }

    @Test
    void should_send_by_a_handle_without_an_object_for_each_record() {
        // given
        byte[] value = new byte[VALUE_BYTES];

        try (Producer<byte[], byte[]> producer = producer()) {
            TopicProducer<byte[], byte[]> handle = producer.topic(TOPIC);

            // when
            double bytes =
                    bytesOfRound(SENT_BYTES_MAX, () -> sentBytesPerRecord(() -> handle.send(null, value, IGNORING)));

            // then
            assertThat(bytes).as("bytes per record").isLessThan(SENT_BYTES_MAX);
        }
    }

    @Test
    void should_send_a_record_that_is_there_without_another_object() {
        // given
        ProducerRecord<byte[], byte[]> record = ProducerRecord.of(TOPIC, new byte[VALUE_BYTES]);

        try (Producer<byte[], byte[]> producer = producer()) {
            // when
            double bytes =
                    bytesOfRound(SENT_BYTES_MAX, () -> sentBytesPerRecord(() -> producer.send(record, IGNORING)));

            // then
            assertThat(bytes).as("bytes per record").isLessThan(SENT_BYTES_MAX);
        }
    }

    @Test
    void should_allocate_one_future_per_record() {
        // given
        ProducerRecord<byte[], byte[]> record = ProducerRecord.of(TOPIC, new byte[VALUE_BYTES]);

        try (Producer<byte[], byte[]> producer = producer()) {
            // when
            double bytes =
                    bytesOfRound(SENT_WITH_FUTURE_BYTES_MAX, () -> sentBytesPerRecord(() -> producer.send(record)));

            // then
            assertThat(bytes).as("bytes per record").isLessThan(SENT_WITH_FUTURE_BYTES_MAX);
        }
    }

    @Test
    void should_poll_with_nothing_but_the_record_and_its_value() {
        // given
        TopicShape shape = TopicShape.filled(PARTITIONS, 0, VALUE_BYTES, "none", 65_536, RECORDS_IN_TOPIC);

        try (Consumer<byte[], byte[]> consumer = consumer(shape)) {
            // when
            double bytes = bytesOfRound(POLLED_BYTES_MAX, () -> polledBytesPerRecord(consumer));

            // then
            assertThat(bytes).as("bytes per record").isLessThan(POLLED_BYTES_MAX);
        }
    }

    @Test
    void should_look_at_records_without_an_object_for_each() {
        // given
        TopicShape shape = TopicShape.filled(PARTITIONS, 0, VALUE_BYTES, "none", 65_536, RECORDS_IN_TOPIC);

        try (Consumer<byte[], byte[]> consumer = consumer(shape)) {
            // when
            double bytes = bytesOfRound(LOOKED_AT_BYTES_MAX, () -> lookedAtBytesPerRecord(consumer));

            // then
            assertThat(bytes).as("bytes per record").isLessThan(LOOKED_AT_BYTES_MAX);
        }
    }

    /** Of the first round below the bound, or of the last one if there is none in time. */
    private static double bytesOfRound(double bound, DoubleSupplier round) {
        long start = System.nanoTime();
        double bytes;
        do {
            bytes = round.getAsDouble();
        } while (bytes >= bound && System.nanoTime() - start < ATTEMPTS_NANOS);
        return bytes;
    }

    private double sentBytesPerRecord(Runnable send) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int sent = 0; sent < RECORDS; sent++) {
            send.run();
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / RECORDS;
    }

    private double polledBytesPerRecord(Consumer<byte[], byte[]> consumer) {
        long before = threads.getCurrentThreadAllocatedBytes();
        int polled = 0;
        long valueBytes = 0;
        while (polled < RECORDS) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
                byte[] value = each.value();
                valueBytes += value == null ? 0 : value.length;
                polled++;
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(valueBytes).isEqualTo((long) polled * VALUE_BYTES);
        return (double) allocated / polled;
    }

    private double lookedAtBytesPerRecord(Consumer<byte[], byte[]> consumer) {
        long before = threads.getCurrentThreadAllocatedBytes();
        int seen = 0;
        long valueBytes = 0;
        while (seen < RECORDS) {
            try (ConsumerCursor<byte[], byte[]> records = consumer.pollCursor(Duration.ofSeconds(1))) {
                while (records.next()) {
                    valueBytes += records.valueSlice().length();
                    seen++;
                }
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(valueBytes).isEqualTo((long) seen * VALUE_BYTES);
        return (double) allocated / seen;
    }

    private Producer<byte[], byte[]> producer() {
        return Producer.builder(kafka)
                .config(config)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
    }

    private Consumer<byte[], byte[]> consumer(TopicShape shape) {
        return Consumer.builder(kafka)
                .config(config)
                .keyDeserializer(Deserializers.bytes())
                .valueDeserializer(Deserializers.bytes())
                .assign(IntStream.range(0, shape.partitions())
                        .mapToObj(partition -> new TopicPartition(shape.topic(), partition))
                        .toList())
                .build();
    }
}
