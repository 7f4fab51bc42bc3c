package dev.ottla.it.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.Processor;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Prints how much faster handlers of 10 ms are, 256 at once in the order of keys, than a loop that polls and handles on one
 * thread; both over the same in-memory cluster with six partitions. To be run by hand; takes half a minute.
 */
final class HandlerSpeedup {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 5000;
    private static final int RECORDS = 60_000;
    private static final int RECORDS_OF_LOOP = 1000;
    private static final long HANDLING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String TOPIC = "orders";

    private HandlerSpeedup() {}

    public static void main(String[] args) throws InterruptedException {
        try (FakeKafka kafka = FakeKafka.builder().topic(TOPIC, PARTITIONS).start();
                KafkaClient client = KafkaClient.connect(kafka.bootstrapServers())) {
            produce(kafka);
            double loop = loop(client);
            double handlers = handlers(client);
            System.out.printf(
                    "loop %.0f records/s, 256 handlers %.0f records/s: %.1f times%n", loop, handlers, handlers / loop);
            System.out.println("committed " + committed(client) + " of " + RECORDS);
        }
    }

    private static void produce(FakeKafka kafka) {
        try (KafkaProducer<String, String> producer =
                new OfficialClient(kafka.bootstrapServers()).producer(Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, i % KEYS % PARTITIONS, "k" + i % KEYS, "v" + i));
            }
            producer.flush();
        }
    }

    private static ConsumerBuilder<byte[], byte[]> member(KafkaClient client, String group) {
        return Consumer.builder(client)
                .group(group)
                .topics(TOPIC)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(200));
    }

    private static double loop(KafkaClient client) {
        try (Consumer<byte[], byte[]> consumer = member(client, "loop").build()) {
            int count = 0;
            long begin = 0;
            while (count < RECORDS_OF_LOOP) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    begin = begin == 0 ? System.nanoTime() : begin;
                    handle(record);
                    count++;
                }
            }
            return perSecond(count, begin);
        }
    }

    private static double handlers(KafkaClient client) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(RECORDS);
        long[] begin = {0};
        try (Processor processor = member(client, "handlers")
                .processor()
                .ordering(Ordering.KEY)
                .concurrency(256)
                .start(record -> {
                    if (left.getCount() == RECORDS) {
                        begin[0] = System.nanoTime();
                    }
                    handle(record);
                    left.countDown();
                })) {
            if (!left.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " are left, " + processor.openRecords() + " open");
            }
            return perSecond(RECORDS, begin[0]);
        }
    }

    private static void handle(ConsumerRecord<byte[], byte[]> record) {
        long until = System.nanoTime() + HANDLING_NANOS;
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(record, until - System.nanoTime());
        }
    }

    private static double perSecond(int count, long begin) {
        return count * 1e9 / (System.nanoTime() - begin);
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
