package dev.ottla.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that are open for longer than {@code transaction.timeout.ms}, which their coordinators abort. */
@Timeout(300)
@RealKafkaTest
class TransactionTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** Brokers look every 10 s whether a transaction is open for too long. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RealKafka broker;
    private final String id = "txn-" + UUID.randomUUID();
    private final String topic = "records-of-" + id;

    TransactionTimeoutTest(RealKafka broker) {
        this.broker = broker;
    }

    private TransactionalProducer<String, String> producer(KafkaClient kafka) {
        return Producer.builder(kafka)
                .transactionalId(id)
                .transactionTimeout(TIMEOUT)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
    }

    private TransactionState state(Admin admin) throws Exception {
        return admin.describeTransactions(List.of(id))
                .description(id)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .state();
    }

    /** Lets a transaction with a record take too long, and says what its producer hears when it commits it. */
    private void exceedTimeout(String bootstrapServers) throws Exception {
        try (KafkaClient kafka = KafkaClient.connect(bootstrapServers);
                TransactionalProducer<String, String> producer = producer(kafka);
                Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            // given
            Transaction<String, String> late = producer.begin();
            late.send(ProducerRecord.of(topic, "late")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(PATIENCE).until(() -> state(admin) == TransactionState.COMPLETE_ABORT);

            // then
            assertThatExceptionOfType(ProducerFencedException.class)
                    .isThrownBy(late::commit)
                    .withMessageContaining("transaction.timeout.ms")
                    .matches(failure -> failure.outcome() == Outcome.REJECTED, "rejected");
            assertThat(late.status()).isEqualTo(TransactionStatus.FAILED);
            assertThatExceptionOfType(ProducerFencedException.class).isThrownBy(producer::begin);

            // when
            try (TransactionalProducer<String, String> next = producer(kafka)) {
                next.inTransaction(transaction -> transaction.send(ProducerRecord.of(topic, "next")));
            }
        }
    }

    @Test
    void should_be_aborted_and_not_be_committed_any_more() throws Exception {
        // given
        OfficialReader official = OfficialReader.of(broker);
        official.createTopic(topic, 1, 1, Map.of());

        // when
        exceedTimeout(broker.bootstrapServers());

        // then
        assertThat(official.committedValues(topic)).containsExactly("next");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void should_hear_the_same_in_both_protocols(int transactionVersion) throws Exception {
        try (FakeKafka cluster = FakeKafka.builder()
                .topic(topic, 1)
                .transactionVersion(transactionVersion)
                .start()) {
            exceedTimeout(cluster.bootstrapServers());
        }
    }
}
