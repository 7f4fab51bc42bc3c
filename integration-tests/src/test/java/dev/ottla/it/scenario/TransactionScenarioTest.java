package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.it.transaction.OfficialReader;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.fault.Fault;
import dev.ottla.testkit.fault.FaultRule;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transactions through a proxy that loses what their coordinator and the leaders answer, and with coordinators that come and go.
 * What can be read in the end must be just what was said to be committed.
 */
@ExtendWith(ProxiedBroker.class)
@RealKafkaTest(brokers = 3)
class TransactionScenarioTest {
    private static final int PARTITIONS = 3;
    private static final int SOME = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
    private static final String ZOMBIE = "zombie";
    private static final String ABANDONED = "abandoned";

    private static final Duration BETWEEN_MOVES = Duration.ofMillis(500);
    private static final int TIMES_MAX = 4;

    private static RealKafka proxied;

    private RealKafka kafka = proxied;
    private String topic = newTopic();
    private History history = newHistory();

    @BeforeAll
    static void start() {
        proxied = ProxiedBroker.kafka();
    }

    @AfterEach
    void heal() {
        proxied.proxy(1).removeAll();
    }

    private static String newTopic() {
        return "transactions-" + UUID.randomUUID();
    }

    private static History newHistory() {
        return new History(System::nanoTime);
    }

    private KafkaClient connect() {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .requestTimeout(REQUEST_TIMEOUT)
                .build());
    }

    private TransactionalProducer<String, String> producer(KafkaClient client) {
        return Producer.builder(client)
                .transactionalId("id of " + topic)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                argumentSet(
                        "EndTxn done, its answer lost",
                        Fault.swallow().responses().api("EndTxn").times(1)),
                argumentSet(
                        "EndTxn lost", Fault.swallow().requests().api("EndTxn").times(1)),
                argumentSet(
                        "connection lost with the answer to EndTxn",
                        Fault.reset().responses().api("EndTxn").times(3)),
                argumentSet(
                        "Produce done, its answer lost",
                        Fault.reset().responses().api("Produce").times(3)));
    }

    @ParameterizedTest(name = "{argumentSetName}")
    @MethodSource("faults")
    void should_commit_what_is_said_to_be_committed_and_nothing_else(Fault fault, TestInfo test) throws Exception {
        scenario(test.getDisplayName(), () -> {
            FaultRule rule = proxied.proxy(1).install(fault);
            rule.awaitHits(1, PATIENCE);
        });
    }

    @Test
    void should_commit_although_the_coordinator_is_killed() throws Exception {
        scenario("coordinator, which is the leader too, killed and started again", () -> {
            proxied.broker(1).kill();
            proxied.broker(1).start();
            proxied.broker(1).awaitReady();
        });
    }

    @Test
    void should_commit_while_coordinators_move_every_500_ms(RealKafka brokers) throws Exception {
        kafka = brokers;
        int rounds = 6;
        AtomicInteger moved = new AtomicInteger();
        try (MovingLeaders leaders = new MovingLeaders(brokers)) {
            scenario("coordinators and leaders of three brokers move every 500 ms", () -> {
                for (int round = 0; round < rounds; round++) {
                    moved.addAndGet(leaders.move(MovingLeaders.TRANSACTION_COORDINATORS));
                    leaders.move(topic);
                    LockSupport.parkNanos(BETWEEN_MOVES.toNanos());
                }
            });
        }
        assertThat(moved.get()).as("coordinators that moved").isGreaterThan(rounds);
    }

    /** What goes wrong while transactions begin and end. */
    private interface Trouble {
        void happen() throws Exception;
    }

    private void scenario(String name, Trouble fault) throws Exception {
        Optional<RecordedTransactions> transactions = run(name, fault);
        for (int times = 1; transactions.isEmpty() && times < TIMES_MAX; times++) {
            topic = newTopic();
            history = newHistory();
            transactions = run(name, fault);
        }
        judge("transactions: " + name, transactions.orElseThrow());
    }

    /** Empty if brokers did what no producer can make up for. */
    private Optional<RecordedTransactions> run(String name, Trouble fault) throws Exception {
        createTopic();
        RecordedTransactions transactions;
        try (KafkaClient client = connect();
                KafkaClient reading = connect();
                TransactionalProducer<String, String> producer = producer(client);
                RecordedReader reader = reader(reading)) {
            transactions = RecordedTransactions.start(history, "ottla", topic, PARTITIONS, producer);
            try (transactions) {
                transactions.awaitMore(SOME);
                history.add(new HistoryEvent.FaultBegan(name));
                fault.happen();
                transactions.awaitMore(SOME);
                heal();
                history.add(new HistoryEvent.Healed());
                transactions.awaitMore(SOME);
            }
            if (hasLeftOutMarkers() || isFencedForAskingAgain(transactions)) {
                return Optional.empty();
            }
            reader.awaitRead(transactions.committed().size());
        }
        return Optional.of(transactions);
    }

    /**
     * Whether the broker says so. One that is started again (4.3.1) now and then takes a topic for deleted until it leads its
     * partitions, and calls a transaction complete that has no markers there. The next marker then decides about both
     * transactions, and no client can know.
     */
    private boolean hasLeftOutMarkers() throws IOException {
        try (Stream<String> lines =
                Files.lines(proxied.broker(1).directory().resolve("broker.log"), StandardCharsets.UTF_8)) {
            return lines.anyMatch(line -> line.contains("Couldn't find leader endpoint") && line.contains(topic));
        }
    }

    /**
     * Whether the end of a transaction, which may be written, had to be asked for again, and the coordinator took that for a former
     * producer's. It does so (4.3.1) while it writes markers that its predecessor has not; nobody else has this id.
     */
    private static boolean isFencedForAskingAgain(RecordedTransactions transactions) {
        return transactions.failures().stream()
                .limit(1)
                .anyMatch(
                        failure -> failure instanceof ProducerFencedException && failure.outcome() == Outcome.UNKNOWN);
    }

    private void createTopic() throws Exception {
        int replicas = kafka.brokers().size();
        new OfficialConsumer(kafka)
                .createTopic(
                        topic,
                        PARTITIONS,
                        replicas,
                        Map.of("min.insync.replicas", Integer.toString((replicas + 1) / 2)));
    }

    private RecordedReader reader(KafkaClient client) {
        return RecordedReader.start(history, client, IsolationLevel.READ_COMMITTED, topic, PARTITIONS);
    }

    private void judge(String name, RecordedTransactions transactions) throws Exception {
        assertThat(transactions.failures()).isEmpty();
        // Reads up to the end, so that all markers are there.
        assertThat(OfficialReader.of(kafka).committedValues(topic))
                .containsExactlyInAnyOrderElementsOf(transactions.committed());
        Truth.tell(history, new OfficialConsumer(kafka), topic);
        MarkersOnDisk.tell(history, kafka, topic);
        Set<Invariant> promised = EnumSet.copyOf(Invariant.ofTransactions());
        promised.addAll(Invariant.ofReader());
        Verdict verdict = HistoryChecker.of(promised).check(history);
        ScenarioTable.tell(name, "TransactionScenarioTest", history, verdict);
        ConsumerTable.tell(name + "; reading committed", "TransactionScenarioTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
    }

    @Test
    void should_let_no_zombie_commit() throws Exception {
        // given
        createTopic();
        RecordedTransactions transactions;
        try (KafkaClient client = connect();
                KafkaClient reading = connect();
                TransactionalProducer<String, String> zombie = producer(client);
                TransactionalProducer<String, String> alive = producer(client);
                RecordedReader reader = reader(reading)) {
            Transaction<String, String> abandoned = beginAsZombie(zombie);

            // when
            transactions = RecordedTransactions.start(history, "alive", topic, PARTITIONS, alive);
            transactions.awaitMore(SOME);
            history.add(new HistoryEvent.TransactionCommitInvoked(ZOMBIE, ABANDONED));
            assertThatThrownBy(abandoned::commit).isInstanceOf(ProducerFencedException.class);
            history.add(new HistoryEvent.TransactionRefused(ZOMBIE, ABANDONED, "fenced"));
            assertThatThrownBy(zombie::begin).isInstanceOf(ProducerFencedException.class);
            transactions.awaitMore(SOME);
            transactions.close();
            reader.awaitRead(transactions.committed().size());
        }

        // then
        judge("transactions: a zombie with an open one, its successor, and the zombie's commit", transactions);
    }

    private Transaction<String, String> beginAsZombie(TransactionalProducer<String, String> zombie) throws Exception {
        TopicPartition first = new TopicPartition(topic, 0);
        String value = "of the zombie";
        history.add(new HistoryEvent.ProducerStarted(ZOMBIE, topic));
        Transaction<String, String> transaction = zombie.begin();
        history.add(new HistoryEvent.TransactionBegan(ZOMBIE, ABANDONED));
        history.add(new HistoryEvent.SendInvoked(
                ZOMBIE, value, first, RecordedLoad.checksum(value), Duration.ofMinutes(2)));
        history.add(new HistoryEvent.SentInTransaction(ABANDONED, value));
        RecordMetadata sent = transaction
                .send(ProducerRecord.<String, String>of(topic, value).partition(0))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        history.add(new HistoryEvent.SendAcked(ZOMBIE, value, first, sent.offset()));
        return transaction;
    }
}
