package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.KafkaApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections that are lost at every step of a transaction, before the broker has done what it was asked and after that, in the
 * protocol before KIP-890 and in that of it. What can be read in the end, and the committed offset, are those of the
 * transactions that were said to be committed.
 */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class TransactionDisconnectsTest {
    private static final String TOPIC = "totals";
    private static final TopicPartition INPUT = new TopicPartition("orders", 0);
    private static final GroupMetadata GROUP = GroupMetadata.ofGroup("accounting");
    private static final int PARTITIONS = 2;
    private static final int ATTEMPTS_MAX = 5;
    private static final List<KafkaApi> STEPS = List.of(
            KafkaApi.FIND_COORDINATOR,
            KafkaApi.INIT_PRODUCER_ID,
            KafkaApi.ADD_PARTITIONS_TO_TXN,
            KafkaApi.PRODUCE,
            KafkaApi.ADD_OFFSETS_TO_TXN,
            KafkaApi.TXN_OFFSET_COMMIT,
            KafkaApi.END_TXN);

    private final List<String> committed = new ArrayList<>();
    private int number;

    @ParameterizedTest(name = "transaction version {0}")
    @ValueSource(ints = {1, 2})
    void should_commit_what_is_said_to_be_committed_wherever_a_connection_is_lost(int transactionVersion) {
        try (FakeKafka cluster = FakeKafka.builder()
                .brokers(3)
                .topic(TOPIC, PARTITIONS)
                .topic(INPUT.topic(), 1)
                .transactionVersion(transactionVersion)
                .start()) {
            for (KafkaApi step : STEPS) {
                for (boolean afterWork : List.of(false, true)) {
                    cluster.disconnectNext(step, afterWork, 1);
                    commitOne(cluster, step + (afterWork ? " done" : " not done"));
                    cluster.clearFaults();
                }
            }
            assertThat(committed).hasSize(STEPS.size() * 2 * PARTITIONS);
            try (KafkaClient client = connect(cluster)) {
                assertThat(readCommitted(client)).containsExactlyInAnyOrderElementsOf(committed);
                assertThat(committedOffset(client)).isEqualTo(number);
            }
        }
    }

    private static KafkaClient connect(FakeKafka cluster) {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(cluster.bootstrapServers())
                .retryBackoff(Duration.ofMillis(20))
                .retryBackoffMax(Duration.ofMillis(100))
                .reconnectBackoff(Duration.ofMillis(20))
                .reconnectBackoffMax(Duration.ofMillis(100))
                .build());
    }

    /** By a new producer, which asks for coordinator and id again; aborted transactions are repeated. */
    private void commitOne(FakeKafka cluster, String fault) {
        try (KafkaClient client = connect(cluster);
                TransactionalProducer<String, String> producer = Producer.builder(client)
                        .transactionalId("teller")
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .buildTransactional()) {
            for (int attempt = 1; !isCommitted(producer, fault); attempt++) {
                assertThat(attempt).as(fault).isLessThan(ATTEMPTS_MAX);
            }
        }
    }

    private boolean isCommitted(TransactionalProducer<String, String> producer, String fault) {
        number++;
        List<String> values = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> number + "/" + partition + " " + fault)
                .toList();
        try (Transaction<String, String> transaction = producer.begin()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                transaction.sendAndForget(ProducerRecord.<String, String>of(TOPIC, values.get(partition))
                        .partition(partition));
            }
            transaction.sendOffsets(Map.of(INPUT, new OffsetAndMetadata(number)), GROUP);
            commit(transaction);
            return committed.addAll(values);
        } catch (KafkaException e) {
            return false;
        }
    }

    /** Asks again as long as it is not known. */
    private static void commit(Transaction<String, String> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction.commit();
                return;
            } catch (KafkaException e) {
                if (e.outcome() != Outcome.UNKNOWN || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    private static List<String> readCommitted(KafkaClient client) {
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .assign(IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                        .toList())
                .startAt(StartAt.earliest())
                .isolationLevel(IsolationLevel.READ_COMMITTED)
                .valueDeserializer(Deserializers.utf8())
                .build()) {
            consumer.readToEnd().forEach(record -> values.add(record.value()));
        }
        return values;
    }

    private static long committedOffset(KafkaClient client) {
        try (Consumer<byte[], byte[]> consumer =
                Consumer.builder(client).group(GROUP.groupId()).assign(INPUT).build()) {
            return consumer.committed(List.of(INPUT)).get(INPUT).offset();
        }
    }
}
