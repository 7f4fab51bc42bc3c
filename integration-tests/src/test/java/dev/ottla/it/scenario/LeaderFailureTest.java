package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.Compression;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A leader fails while Ottla sends. With {@code -Dottla.docs.write=true} kafka-clients sends beside it, to a topic of its own
 * with the same leaders, the fault lasts long enough to tell the two apart, and {@code docs/failover.md} gets the figures.
 */
@Tag("failover")
@RealKafkaTest(brokers = 3)
class LeaderFailureTest {
    private static final int PARTITIONS = 3;
    private static final int LEADER = 2;
    /** The partition that it leads. */
    private static final int ITS_PARTITION = 1;

    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final int SOME = 300;
    /** Some records, so that as many requests are under way to a leader that does not answer as may be: five. */
    private static final int BATCH_BYTES = 512;

    private static final Duration COMPARED_FAULT = Duration.ofSeconds(15);
    /** With the 3 s in which the brokers notice that one is gone, where nothing else keeps the machine busy. */
    private static final Duration LONGEST = Duration.ofSeconds(6);
    /**
     * Ottla asks who leads after 1 s of silence, and somebody else after 1 s more, so that it is 2 s late at most; the rest is for
     * machines that have much else to do. Who waits for the request timeout is 30 s late.
     */
    private static final Duration AFTER_ELECTION = Duration.ofSeconds(10);

    private static final FailoverTable TABLE = new FailoverTable();

    private final RealKafka brokers;
    private final OfficialConsumer official;
    private final String suffix = "-" + UUID.randomUUID();

    LeaderFailureTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @AfterAll
    static void publish() throws IOException {
        TABLE.publish();
    }

    @Test
    void should_write_everything_once_and_in_order_when_a_leader_is_killed() throws Exception {
        send("leader killed (kill -9)", Compression.none(), RealBroker::kill, leader -> {
            leader.start();
            leader.awaitReady();
        });
    }

    @Test
    void should_write_everything_once_and_in_order_when_a_leader_stops_in_good_order() throws Exception {
        send("leader stopped (SIGTERM), records compressed with lz4", Compression.lz4(), RealBroker::stop, leader -> {
            leader.start();
            leader.awaitReady();
        });
    }

    @Test
    void should_write_everything_once_and_in_order_when_a_leader_is_frozen() throws Exception {
        send("leader frozen (SIGSTOP)", Compression.none(), RealBroker::pause, RealBroker::resume);
    }

    private void send(String fault, Compression compression, Consumer<RealBroker> cause, Consumer<RealBroker> cure)
            throws Exception {
        try (KafkaClient client = KafkaClient.connect(brokers.bootstrapServers());
                Producer<String, String> ottla = Producer.builder(client)
                        .batchSize(ByteSize.bytes(BATCH_BYTES))
                        .compression(compression)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build();
                KafkaProducer<String, String> kafkaClients = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                brokers.bootstrapServers(),
                                "batch.size",
                                BATCH_BYTES,
                                "compression.type",
                                compression.codecName()),
                        new StringSerializer(),
                        new StringSerializer())) {
            // given
            List<Run> runs = new ArrayList<>(List.of(new Run("Ottla", RecordSender.of(ottla))));
            if (FailoverTable.isWritten()) {
                runs.add(new Run("kafka-clients", RecordSender.of(kafkaClients)));
            }

            // when
            Duration election = endure(runs, fault, cause, cure);

            // then
            for (Run run : runs) {
                TABLE.add(fault, run.client, run.history, run.verdict());
            }
            judge(runs.get(0), fault, election);
        }
    }

    /** Sends before, during and after the fault; returns how long it took the brokers to elect another leader. */
    private Duration endure(List<Run> runs, String fault, Consumer<RealBroker> cause, Consumer<RealBroker> cure)
            throws Exception {
        RealBroker leader = brokers.broker(LEADER);
        runs.forEach(Run::start);
        runs.forEach(run -> run.load.awaitMore(SOME));
        runs.forEach(run -> run.history.add(new HistoryEvent.FaultBegan(fault)));
        long causedNanos = System.nanoTime();
        Duration election;
        try {
            cause.accept(leader);
            Election.awaitSuccessor(brokers, leader, new TopicPartition(runs.get(0).topic, ITS_PARTITION));
            election = Duration.ofNanos(System.nanoTime() - causedNanos);
            if (FailoverTable.isWritten()) {
                await().pollDelay(COMPARED_FAULT)
                        .atMost(COMPARED_FAULT.multipliedBy(2))
                        .until(() -> true);
            } else {
                // All of them while the leader is gone.
                runs.forEach(run -> run.load.awaitThoseSent());
            }
        } finally {
            // In any case, for the sake of the tests that come next.
            cure.accept(leader);
        }
        runs.forEach(run -> run.history.add(new HistoryEvent.Healed()));
        runs.forEach(run -> run.load.awaitMore(SOME));
        runs.forEach(run -> run.load.close());
        return election;
    }

    private static void judge(Run run, String fault, Duration election) throws Exception {
        if (!FailoverTable.isWritten()) {
            ScenarioTable.tell(fault + ", five requests in flight", "LeaderFailureTest", run.history, run.verdict());
        }
        assertThat(run.verdict()).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(run.history).unacknowledged()).isZero();
        assertThat(SendSummary.of(run.history).longest())
                .isLessThan(FailoverTable.isWritten() ? LONGEST : election.plus(AFTER_ELECTION));
    }

    /** One client's part. */
    private final class Run {
        private final History history = new History(System::nanoTime);
        private final String client;
        private final String topic;
        private final RecordSender sender;
        private RecordedLoad load;
        private boolean isToldTheTruth;

        Run(String client, RecordSender sender) throws Exception {
            this.client = client;
            this.topic = client + suffix;
            this.sender = sender;
            // Every broker leads one partition, and all have replicas of all.
            official.createTopic(
                    topic,
                    Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1), 2, List.of(3, 1, 2)),
                    Map.of("min.insync.replicas", "2"));
        }

        void start() {
            load = RecordedLoad.start(history, client, topic, PARTITIONS, INTERVAL, sender);
        }

        Verdict verdict() {
            if (!isToldTheTruth) {
                Truth.tell(history, official, topic);
                isToldTheTruth = true;
            }
            return HistoryChecker.of(Invariant.ofIdempotentProducer()).check(history);
        }
    }
}
