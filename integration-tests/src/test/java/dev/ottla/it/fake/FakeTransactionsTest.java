package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.KafkaApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of the official producer, in the protocol before KIP-890 and in that of it. */
@Timeout(300)
class FakeTransactionsTest {
    private static final String TOPIC = "payments";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

    private static FakeKafka start(int transactionVersion) {
        return FakeKafka.builder()
                .brokers(3)
                .topic(TOPIC, 2)
                .transactionVersion(transactionVersion)
                .start();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_show_what_was_committed_and_nothing_else(int transactionVersion) {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> producer = producer(kafka, Map.of());
                KafkaConsumer<String, String> consumer = reader(kafka)) {
            producer.initTransactions();

            transaction(producer, "a", "b");
            producer.beginTransaction();
            send(producer, "lost");
            producer.abortTransaction();
            transaction(producer, "c");

            assertThat(poll(consumer, 3)).containsExactly("a", "b", "c");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_hold_readers_back_while_a_transaction_is_open(int transactionVersion) throws Exception {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> producer = producer(kafka, Map.of());
                KafkaProducer<String, String> other = producer(kafka, Map.of("transactional.id", "other"));
                KafkaConsumer<String, String> consumer = reader(kafka)) {
            producer.initTransactions();
            other.initTransactions();

            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "key", "first")).get(30, TimeUnit.SECONDS);
            transaction(other, "second");

            assertThat(consumer.endOffsets(List.of(FIRST))).containsEntry(FIRST, 0L);
            producer.commitTransaction();
            assertThat(poll(consumer, 2)).containsExactly("first", "second");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_commit_offsets_with_the_transaction(int transactionVersion) {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> producer = producer(kafka, Map.of());
                KafkaConsumer<String, String> consumer = reader(kafka)) {
            producer.initTransactions();

            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(FIRST, new OffsetAndMetadata(5)), consumer.groupMetadata());
            producer.abortTransaction();
            assertThat(consumer.committed(Set.of(FIRST)).get(FIRST)).isNull();
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(FIRST, new OffsetAndMetadata(7)), consumer.groupMetadata());
            producer.commitTransaction();

            assertThat(consumer.committed(Set.of(FIRST)).get(FIRST).offset()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_fence_the_older_of_two_producers(int transactionVersion) {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> older = producer(kafka, Map.of());
                KafkaProducer<String, String> newer = producer(kafka, Map.of());
                KafkaConsumer<String, String> consumer = reader(kafka)) {
            older.initTransactions();
            older.beginTransaction();
            send(older, "zombie");
            older.flush();

            newer.initTransactions();
            transaction(newer, "alive");

            assertThatThrownBy(older::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            assertThat(poll(consumer, 1)).containsExactly("alive");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_abort_what_takes_too_long(int transactionVersion) {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> producer = producer(kafka, Map.of("transaction.timeout.ms", "2000"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "late");
            producer.flush();

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(state(admin)).isEqualTo(TransactionState.COMPLETE_ABORT));

            assertThatThrownBy(producer::commitTransaction)
                    .isInstanceOfAny(
                            // With KIP-890 the epoch looks like that of a repeated request.
                            InvalidTxnStateException.class,
                            ProducerFencedException.class,
                            InvalidProducerEpochException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_commit_once_when_answers_are_lost_and_the_coordinator_moves(int transactionVersion) {
        try (FakeKafka kafka = start(transactionVersion);
                KafkaProducer<String, String> producer = producer(kafka, Map.of());
                KafkaConsumer<String, String> consumer = reader(kafka)) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "a");
            producer.flush();
            kafka.moveTransactionCoordinator("teller", kafka.transactionCoordinator("teller") % 3 + 1);
            kafka.transactionMarkerDelay(Duration.ofMillis(300));
            kafka.disconnectNext(KafkaApi.END_TXN, true, 1);
            producer.commitTransaction();
            transaction(producer, "b");

            assertThat(poll(consumer, 2)).containsExactly("a", "b");
        }
    }

    private static TransactionState state(Admin admin) throws Exception {
        return admin.describeTransactions(Set.of("teller"))
                .description("teller")
                .get(30, TimeUnit.SECONDS)
                .state();
    }

    private static KafkaProducer<String, String> producer(FakeKafka kafka, Map<String, String> more) {
        Map<String, Object> config = new HashMap<>(Map.of("transactional.id", "teller"));
        config.put("bootstrap.servers", kafka.bootstrapServers());
        config.putAll(more);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static void transaction(KafkaProducer<String, String> producer, String... values) {
        producer.beginTransaction();
        for (String each : values) {
            send(producer, each);
        }
        producer.commitTransaction();
    }

    private static void send(KafkaProducer<String, String> producer, String value) {
        var unused = producer.send(new ProducerRecord<>(TOPIC, 0, "key", value));
    }

    private static KafkaConsumer<String, String> reader(FakeKafka kafka) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", kafka.bootstrapServers(),
                        "group.id", "group",
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(FIRST));
        consumer.seekToBeginning(List.of(FIRST));
        return consumer;
    }

    /** Polls until so many values have come; the timeout of the class ends a wait in vain. */
    private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        while (values.size() < count) {
            for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                values.add(each.value());
            }
        }
        return values;
    }
}
