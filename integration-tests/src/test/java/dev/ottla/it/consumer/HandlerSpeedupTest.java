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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How much faster handlers of 10 ms are, 256 at once in the order of keys, than a loop that handles on one thread: that needs
 * 10 ms for each record at least. Meanwhile nothing may be committed that is not handled. With {@code -Dottla.speedup.records} the
 * run can be made longer.
 */
@Timeout(120)
class HandlerSpeedupTest {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 5_000;
    private static final int RECORDS = Integer.getInteger("ottla.speedup.records", 12_000);
    private static final long HANDLING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PROMISED = 30;
    private static final String TOPIC = "orders";

    /** Of each partition, 1 at the offset of a record whose handler is done. */
    private final List<AtomicIntegerArray> handled = IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new AtomicIntegerArray(RECORDS))
            .toList();

    @Test
    void should_handle_thirty_times_as_much_as_a_loop_and_commit_only_what_is_handled() throws Exception {
        try (FakeKafka kafka = FakeKafka.builder().topic(TOPIC, PARTITIONS).start();
                KafkaClient client = KafkaClient.connect(kafka.bootstrapServers())) {
            // given
            produce(kafka);

            // when
            CompletableFuture<Long> looks = CompletableFuture.supplyAsync(() -> lookUntilAllIsCommitted(client));
            long tookNanos = handleAll(client);

            // then
            long speedup = RECORDS * HANDLING_NANOS / tookNanos;
            System.out.println(
                    "256 handlers of 10 ms handle " + speedup + " times as much as one; what is committed was"
                            + " looked at " + looks.get(60, TimeUnit.SECONDS) + " times");
            assertThat(speedup).isGreaterThanOrEqualTo(PROMISED);
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
    private long handleAll(KafkaClient client) throws InterruptedException {
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
                    handled.get(record.partition()).set((int) record.offset(), 1);
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

    /** Fails if anything is committed that was not handled yet; returns how often it has looked. */
    private long lookUntilAllIsCommitted(KafkaClient client) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        try (Consumer<byte[], byte[]> reader = Consumer.builder(client)
                .group("handlers")
                .assign(partitions)
                .enableAutoCommit(false)
                .build()) {
            for (long looks = 1; System.nanoTime() - deadlineNanos < 0; looks++) {
                Map<TopicPartition, OffsetAndMetadata> committed = reader.committed(partitions);
                committed.forEach((partition, offset) -> assertThat(firstOpen(partition))
                        .as("the first of %s that is not handled", partition)
                        .isGreaterThanOrEqualTo(offset.offset()));
                long all = committed.values().stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum();
                if (all == RECORDS) {
                    return looks;
                }
                LockSupport.parkNanos(this, BETWEEN_LOOKS_NANOS);
            }
        }
        throw new AssertionError("not all of it was committed");
    }

    private long firstOpen(TopicPartition partition) {
        AtomicIntegerArray its = handled.get(partition.partition());
        int offset = 0;
        while (offset < its.length() && its.get(offset) == 1) {
            offset++;
        }
        return offset;
    }
}
