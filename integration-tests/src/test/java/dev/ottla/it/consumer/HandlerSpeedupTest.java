package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How much faster handlers of 10 ms are, 256 at once in the order of keys, than a loop that handles on one thread: that needs
 * 10 ms for each record at least. With {@code -Dottla.speedup.records} the run can be made longer.
 */
@Timeout(120)
class HandlerSpeedupTest {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 5_000;
    private static final int RECORDS = Integer.getInteger("ottla.speedup.records", 12_000);
    private static final long HANDLING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PROMISED = 30;
    private static final String TOPIC = "orders";

    @Test
    void should_handle_thirty_times_as_much_as_a_loop_and_commit_all_of_it() throws InterruptedException {
        try (FakeKafka kafka = FakeKafka.builder().topic(TOPIC, PARTITIONS).start();
                KafkaClient client = KafkaClient.connect(kafka.bootstrapServers())) {
            // given
            produce(kafka);

            // when
            long tookNanos = handleAll(client);

            // then
            long speedup = RECORDS * HANDLING_NANOS / tookNanos;
            System.out.println("256 handlers of 10 ms handle " + speedup + " times as much as one");
            assertThat(speedup).isGreaterThanOrEqualTo(PROMISED);
            assertThat(committed(client)).isEqualTo(RECORDS);
        }
    }

    private static void produce(FakeKafka kafka) {
        try (KafkaProducer<String, String> producer = new OfficialClient(kafka.bootstrapServers()).producer(Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, i % KEYS % PARTITIONS, "k" + i % KEYS, "v" + i));
            }
            producer.flush();
        }
    }

    /** Returns how long it took from the first record on. */
    private static long handleAll(KafkaClient client) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(RECORDS);
        AtomicInteger begun = new AtomicInteger();
        AtomicLong beginNanos = new AtomicLong();
        try (Processor processor = Consumer.builder(client)
                .group("handlers")
                .topics(TOPIC)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(200))
                .processor()
                .ordering(Ordering.KEY)
                .concurrency(256)
                .start(record -> {
                    if (begun.getAndIncrement() == 0) {
                        beginNanos.set(System.nanoTime());
                    }
                    handle(record);
                    left.countDown();
                })) {
            assertThat(left.await(60, TimeUnit.SECONDS))
                    .as("%s are left, %s open", left.getCount(), processor.openRecords())
                    .isTrue();
            return System.nanoTime() - beginNanos.get();
        }
    }

    private static void handle(ConsumerRecord<byte[], byte[]> record) {
        long until = System.nanoTime() + HANDLING_NANOS;
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(record, until - System.nanoTime());
        }
    }

    private static long committed(KafkaClient client) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        try (Consumer<byte[], byte[]> reader =
                Consumer.builder(client).group("handlers").assign(partitions).build()) {
            return reader.committed(partitions).values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }
}
