package dev.ottla.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Records;
import dev.ottla.consumer.StartAt;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.ReadProcessWrite;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.ContainerKafka;
import dev.ottla.testkit.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The client against a broker in a container; skipped, with the reason, where none can be started. */
@Tag("container")
class ContainerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ContainerKafka kafka;

    private final String topic = "container-" + UUID.randomUUID();
    private KafkaClient client;

    @BeforeAll
    static void start() {
        Optional<String> reason = ContainerKafka.whyUnavailable();
        assumeTrue(reason.isEmpty(), () -> "no container: " + reason.orElseThrow());
        kafka = ContainerKafka.start();
        System.out.println("Container tests run with " + kafka.image() + " at " + kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        client = KafkaClient.connect(kafka.bootstrapServers());
        createTopic(topic);
    }

    private static void createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, 2, (short) 1)))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void should_tell_what_runs() {
        assertThat(kafka.version()).isEqualTo("4.3.1");
        assertThat(kafka.brokers()).containsExactly(kafka.broker(1));
        assertThat(kafka.broker(1).isAlive()).isTrue();
        assertThat(kafka.log()).contains("Transitioning from RECOVERY to RUNNING");
        assertThatThrownBy(() -> kafka.broker(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void should_write_and_read() {
        List<String> values = numbers(0, 1_000);

        write(values);

        assertThat(read(IsolationLevel.READ_UNCOMMITTED)).containsExactlyInAnyOrderElementsOf(values);
    }

    @Test
    void should_divide_the_partitions_in_a_group_and_go_on_after_the_commit() {
        // given
        write(numbers(0, 500));
        // What was read and not committed comes again when the second member joins.
        Set<String> values = new HashSet<>();

        // when
        try (Consumer<String, String> first = member();
                Consumer<String, String> second = member()) {
            await().atMost(PATIENCE).until(() -> {
                first.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
                second.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
                return values.size() >= 500 && isAtItsEnd(first) && isAtItsEnd(second);
            });
            first.commit();
            second.commit();
        }
        write(numbers(500, 600));
        List<String> later = new ArrayList<>();
        try (Consumer<String, String> third = member()) {
            await().atMost(PATIENCE).until(() -> {
                third.poll(Duration.ofMillis(50)).forEach(record -> later.add(record.value()));
                return later.size() >= 100;
            });
        }

        // then
        assertThat(values).containsExactlyInAnyOrderElementsOf(numbers(0, 500));
        assertThat(later).containsExactlyInAnyOrderElementsOf(numbers(500, 600));
    }

    /** Whether the member has one of the two partitions, and has read all of it. */
    private static boolean isAtItsEnd(Consumer<String, String> member) {
        Set<TopicPartition> assigned = member.assignment();
        if (assigned.size() != 1) {
            return false;
        }
        Map<TopicPartition, Long> ends = member.endOffsets(assigned);
        return assigned.stream()
                .allMatch(partition -> member.position(partition).orElse(-1L) >= ends.get(partition));
    }

    @Test
    void should_read_committed_transactions_only() {
        // given
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "transactions-of-" + topic);

        // when
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            transaction(producer, "committed");
            producer.commitTransaction();
            transaction(producer, "aborted");
            // What has not been sent yet is never sent when its transaction is aborted.
            producer.flush();
            producer.abortTransaction();
            transaction(producer, "committed too");
            producer.commitTransaction();
        }

        // then
        assertThat(read(IsolationLevel.READ_COMMITTED))
                .containsExactlyInAnyOrder("committed 0", "committed 1", "committed too 0", "committed too 1");
        assertThat(read(IsolationLevel.READ_UNCOMMITTED)).hasSize(6).contains("aborted 0", "aborted 1");
    }

    private void transaction(KafkaProducer<String, String> producer, String value) {
        producer.beginTransaction();
        for (int partition = 0; partition < 2; partition++) {
            producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(
                    topic, partition, null, value + " " + partition));
        }
    }

    @Test
    void should_commit_and_abort_its_own_transactions() {
        // when
        try (TransactionalProducer<String, String> producer = transactionalProducer()) {
            producer.inTransaction(transaction -> sendToBoth(transaction, "committed"));
            try (Transaction<String, String> aborted = producer.begin()) {
                // What is not acknowledged yet may never be sent when its transaction is aborted.
                sendToBoth(aborted, "aborted").forEach(sent -> assertThat(sent).succeedsWithin(PATIENCE));
                aborted.abort();
                assertThat(aborted.status()).isEqualTo(TransactionStatus.ABORTED);
            }
            producer.inTransaction(transaction -> sendToBoth(transaction, "committed too"));
        }

        // then
        assertThat(read(IsolationLevel.READ_COMMITTED))
                .containsExactlyInAnyOrder("committed 0", "committed 1", "committed too 0", "committed too 1");
        assertThat(read(IsolationLevel.READ_UNCOMMITTED)).hasSize(6).contains("aborted 0", "aborted 1");
    }

    @Test
    void should_commit_what_it_has_read_with_what_it_writes_or_neither() throws Exception {
        // given
        String output = "output-of-" + topic;
        createTopic(output);
        write(numbers(0, 100));
        AtomicBoolean isFirst = new AtomicBoolean(true);

        try (Consumer<String, String> member = member();
                TransactionalProducer<String, String> producer = transactionalProducer()) {
            ReadProcessWrite<Records<String, String>, IllegalStateException> loop =
                    producer.readProcessWrite(member, (records, transaction) -> {
                        records.forEach(record -> transaction.send(ProducerRecord.of(output, "of " + record.value())));
                        if (isFirst.getAndSet(false)) {
                            throw new IllegalStateException("as an application that fails");
                        }
                    });

            // when
            assertThatIllegalStateException()
                    .isThrownBy(() -> await().atMost(PATIENCE).until(() -> loop.next(Duration.ofMillis(100))));

            // then
            assertThat(member.committed(partitions(topic))).isEmpty();

            // when
            await().atMost(PATIENCE).until(() -> {
                loop.next(Duration.ofMillis(100));
                return member.committed(partitions(topic)).values().stream()
                                .mapToLong(OffsetAndMetadata::offset)
                                .sum()
                        == 100;
            });
        }

        // then
        assertThat(read(output, IsolationLevel.READ_COMMITTED))
                .containsExactlyInAnyOrderElementsOf(
                        numbers(0, 100).stream().map(value -> "of " + value).toList());
    }

    private TransactionalProducer<String, String> transactionalProducer() {
        return Producer.builder(client)
                .transactionalId("own-transactions-of-" + topic)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
    }

    private List<CompletableFuture<RecordMetadata>> sendToBoth(Transaction<String, String> transaction, String value) {
        return IntStream.range(0, 2)
                .mapToObj(
                        partition -> transaction.send(ProducerRecord.<String, String>of(topic, value + " " + partition)
                                .partition(partition)))
                .toList();
    }

    @Test
    void should_deliver_what_was_sent_during_a_pause_and_a_restart() {
        // given
        KafkaBroker broker = kafka.broker(1);
        String address = broker.address();
        try (Producer<String, String> producer = producer()) {
            producer.sendSync(ProducerRecord.of(topic, "before"));

            // when
            broker.pause();
            CompletableFuture<RecordMetadata> paused = producer.send(ProducerRecord.of(topic, "paused"));
            assertThat(broker.isAlive()).isTrue();
            await().during(Duration.ofMillis(300)).until(() -> !paused.isDone());
            broker.resume();
            assertThat(paused).succeedsWithin(PATIENCE);
            broker.kill();
            assertThat(broker.isAlive()).isFalse();
            CompletableFuture<RecordMetadata> killed = producer.send(ProducerRecord.of(topic, "killed"));
            broker.restart();

            // then
            assertThat(killed).succeedsWithin(PATIENCE);
            assertThat(broker.address()).isEqualTo(address);
        }
        assertThat(read(IsolationLevel.READ_UNCOMMITTED)).contains("before", "paused", "killed");
    }

    private void write(List<String> values) {
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, String> producer = producer()) {
            values.forEach(value -> sent.add(producer.send(ProducerRecord.of(topic, value, value))));
            producer.flush();
        }
        sent.forEach(CompletableFuture::join);
    }

    private Producer<String, String> producer() {
        return Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    private Consumer<String, String> member() {
        return Consumer.builder(client)
                .group("group-of-" + topic)
                .topics(topic)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build();
    }

    /** All that the isolation level lets one see. */
    private List<String> read(IsolationLevel isolationLevel) {
        return read(topic, isolationLevel);
    }

    private List<String> read(String name, IsolationLevel isolationLevel) {
        List<TopicPartition> partitions = partitions(name);
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer = Consumer.builder(client)
                .assign(partitions)
                .startAt(StartAt.earliest())
                .isolationLevel(isolationLevel)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(record.value());
                }
                return partitions.stream()
                        .allMatch(partition -> consumer.position(partition).orElse(-1L) >= ends.get(partition));
            });
        }
        return values;
    }

    private static List<TopicPartition> partitions(String name) {
        return List.of(new TopicPartition(name, 0), new TopicPartition(name, 1));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }
}
