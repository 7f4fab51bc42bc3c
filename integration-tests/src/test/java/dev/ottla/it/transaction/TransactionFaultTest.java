package dev.ottla.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Records;
import dev.ottla.errors.AbortableException;
import dev.ottla.errors.RetriableException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.ReadProcessWrite;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions while brokers are killed. */
@Tag("failover")
@RealKafkaTest(brokers = 3)
class TransactionFaultTest {
    private static final int PARTITIONS = 3;
    private static final Map<String, String> DURABLE = Map.of("min.insync.replicas", "2");

    private final RealKafka brokers;
    private final OfficialReader official;
    private final String id = "txn-" + UUID.randomUUID();
    private final String topic = "records-of-" + id;
    private KafkaClient kafka;

    TransactionFaultTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = OfficialReader.of(brokers);
    }

    @BeforeEach
    void connect() throws Exception {
        official.createTopic(topic, PARTITIONS, 3, DURABLE);
        kafka = KafkaClient.connect(brokers.bootstrapServers());
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    private TransactionalProducer<String, String> producer(String transactionalId) {
        return Producer.builder(kafka)
                .transactionalId(transactionalId)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
    }

    private RealBroker coordinator() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            return brokers.broker(admin.describeTransactions(List.of(id))
                    .description(id)
                    .get(60, TimeUnit.SECONDS)
                    .coordinatorId());
        }
    }

    @Test
    void should_commit_although_the_coordinator_is_killed_in_the_middle() throws Exception {
        // given
        try (TransactionalProducer<String, String> producer = producer(id)) {
            Transaction<String, String> transaction = producer.begin();
            IntStream.range(0, 300).forEach(number -> transaction.send(ProducerRecord.of(topic, "record " + number)));
            transaction.send(ProducerRecord.of(topic, "last")).get(60, TimeUnit.SECONDS);
            RealBroker coordinator = coordinator();

            // when
            coordinator.kill();
            long startNanos = System.nanoTime();
            CompletableFuture<Void> committed = transaction.commitAsync();
            committed.get(55, TimeUnit.SECONDS);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            coordinator.restart();
            coordinator.awaitReady();

            // then
            assertThat(took).isLessThan(Duration.ofSeconds(50));
            producer.inTransaction(next -> next.send(ProducerRecord.of(topic, "next")));
        }
        assertThat(official.committedValues(topic)).hasSize(302).contains("last", "next");
    }

    @Test
    void should_process_each_record_once_although_a_broker_is_killed() throws Exception {
        // given
        String output = topic + "-out";
        official.createTopic(output, PARTITIONS, 3, DURABLE);
        List<String> values =
                IntStream.range(0, 3_000).mapToObj(number -> "record " + number).toList();
        try (TransactionalProducer<String, String> producer = producer(id)) {
            producer.inTransaction(transaction -> {
                values.forEach(value -> transaction.send(ProducerRecord.of(topic, value, value)));
                return true;
            });
        }
        AtomicInteger processed = new AtomicInteger();
        AtomicBoolean isStopped = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(2);

        // when
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int worker = 0; worker < 2; worker++) {
            String transactionalId = id + "-worker-" + worker;
            running.add(CompletableFuture.runAsync(
                    () -> work(transactionalId, output, processed, isStopped, values.size()), workers));
        }
        awaitAtLeast(processed, 500);
        RealBroker victim = brokers.broker(2);
        victim.kill();
        awaitAtLeast(processed, 1_500);
        victim.restart();
        victim.awaitReady();
        awaitAtLeast(processed, values.size());
        isStopped.set(true);
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        workers.shutdown();

        // then
        assertThat(official.committedValues(output)).containsExactlyInAnyOrderElementsOf(values);
        assertThat(processed).hasValue(values.size());
    }

    /** Reads, processes and writes until all is done, whatever fails on the way. */
    private void work(
            String transactionalId, String output, AtomicInteger processed, AtomicBoolean isStopped, int total) {
        try (Consumer<String, String> consumer = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group("group-of-" + id)
                        .topics(topic)
                        .maxPollRecords(50)
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .isolationLevel(IsolationLevel.READ_COMMITTED)
                        .enableAutoCommit(false)
                        .build();
                TransactionalProducer<String, String> producer = producer(transactionalId)) {
            AtomicInteger inBatch = new AtomicInteger();
            ReadProcessWrite<Records<String, String>, RuntimeException> loop =
                    producer.readProcessWrite(consumer, (records, transaction) -> {
                        for (ConsumerRecord<String, String> record : records) {
                            transaction.send(ProducerRecord.of(output, record.key(), record.value()));
                        }
                        inBatch.set(records.count());
                    });
            while (!isStopped.get() && processed.get() < total) {
                try {
                    if (loop.next(Duration.ofMillis(500))) {
                        processed.addAndGet(inBatch.get());
                    }
                } catch (AbortableException | RetriableException e) {
                    // The loop goes on where that is right.
                }
            }
        }
    }

    private static void awaitAtLeast(AtomicInteger processed, int count) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (processed.get() < count) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("only %s of %s were processed in time", processed, count)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
