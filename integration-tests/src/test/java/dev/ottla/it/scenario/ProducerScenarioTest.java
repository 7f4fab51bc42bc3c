package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ErrorCode;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerBuilder;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.KafkaApi;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can happen to a producer that real brokers can't be made to do in short time, on the in-memory cluster. */
@Timeout(300)
class ProducerScenarioTest {
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 3;
    private static final int BROKERS = 3;
    private static final int SOME = 200;
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Some records, so that five requests are in flight to a broker that does not answer. */
    private static final ByteSize BATCH_SIZE = ByteSize.bytes(300);

    private final History history = new History(System::nanoTime);
    private FakeKafka cluster;
    private KafkaClient client;

    @BeforeEach
    void start() {
        cluster = FakeKafka.builder().brokers(BROKERS).topic(TOPIC, PARTITIONS).start();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        cluster.close();
    }

    private ProducerBuilder<String, String> producer() {
        client = KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(cluster.bootstrapServers())
                .build());
        return Producer.builder(client)
                .batchSize(BATCH_SIZE)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8());
    }

    private static Stream<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(TOPIC, number));
    }

    /** Sends, lets something happen, sends on until all is well, and judges. */
    private void scenario(String name, Runnable fault) throws Exception {
        try (Producer<String, String> producer = producer().build();
                RecordedLoad load =
                        RecordedLoad.start(history, "ottla", TOPIC, PARTITIONS, INTERVAL, RecordSender.of(producer))) {
            load.awaitMore(SOME);
            history.add(new HistoryEvent.FaultBegan(name));
            fault.run();
            load.awaitMore(SOME);
            history.add(new HistoryEvent.Healed());
            load.awaitMore(SOME);
        }
        judge(name);
    }

    private void judge(String name) throws Exception {
        Truth.tell(history, cluster, TOPIC, PARTITIONS);
        Verdict verdict = HistoryChecker.of(Invariant.ofIdempotentProducer()).check(history);
        ScenarioTable.tell(name, "ProducerScenarioTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(history).unacknowledged()).isZero();
    }

    @Test
    void should_follow_leaders_that_move_every_500_ms() throws Exception {
        scenario("all leaders move every 500 ms", () -> {
            for (int round = 0; round < 4; round++) {
                partitions()
                        .forEach(partition -> cluster.moveLeader(partition, cluster.leader(partition) % BROKERS + 1));
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
        });
    }

    @Test
    void should_write_once_when_answers_are_lost() throws Exception {
        scenario("ten answers lost, five requests in flight", () -> cluster.disconnectNext(KafkaApi.PRODUCE, true, 10));
    }

    @Test
    void should_get_over_disconnects_in_every_state() throws Exception {
        for (KafkaApi api :
                List.of(KafkaApi.API_VERSIONS, KafkaApi.METADATA, KafkaApi.INIT_PRODUCER_ID, KafkaApi.PRODUCE)) {
            cluster.disconnectNext(api, false, 2);
            cluster.disconnectNext(api, true, 2);
        }
        scenario("disconnects before and after ApiVersions, Metadata, InitProducerId and Produce", () -> {
            cluster.disconnectNext(KafkaApi.API_VERSIONS, false, 2);
            cluster.disconnectNext(KafkaApi.API_VERSIONS, true, 2);
            cluster.disconnectNext(KafkaApi.PRODUCE, false, 2);
            cluster.disconnectNext(KafkaApi.PRODUCE, true, 2);
        });
    }

    @Test
    void should_wait_for_a_broker_that_hangs() throws Exception {
        scenario(
                "every broker answers 1 s late, three times",
                () -> cluster.delayNext(KafkaApi.PRODUCE, Duration.ofSeconds(1), 3));
    }

    @Test
    void should_go_on_when_brokers_have_forgotten_the_producer() throws Exception {
        scenario("producer id expired, three times", () -> {
            for (int round = 0; round < 3; round++) {
                cluster.expireProducerIds();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        });
    }

    @Test
    void should_write_to_the_new_topic_of_the_same_name() throws Exception {
        try (Producer<String, String> producer = producer().build()) {
            // What is acknowledged before is not in the new topic.
            RecordedLoad before = RecordedLoad.start(
                    new History(System::nanoTime), "before", TOPIC, PARTITIONS, INTERVAL, RecordSender.of(producer));
            before.awaitMore(SOME);
            before.close();

            cluster.recreateTopic(TOPIC);
            try (RecordedLoad load =
                    RecordedLoad.start(history, "ottla", TOPIC, PARTITIONS, INTERVAL, RecordSender.of(producer))) {
                load.awaitMore(SOME);
            }
        }
        judge("topic deleted and created anew");
    }

    @Test
    void should_serve_a_thousand_senders_that_wait_for_room() throws Exception {
        int count = 1_000;
        try (Producer<String, String> producer = producer()
                .batchSize(ByteSize.kib(1))
                .bufferMemory(ByteSize.kib(64))
                .build()) {
            producer.partitionsFor(TOPIC).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // Nothing is taken until all wait, so who waits once goes on waiting.
            partitions()
                    .forEach(partition -> cluster.failNext(
                            KafkaApi.PRODUCE, partition, ErrorCode.NOT_ENOUGH_REPLICAS, Integer.MAX_VALUE));
            List<Thread> senders = new ArrayList<>(partitions()
                    .map(partition -> sender(producer, "filling " + partition, partition, 200))
                    .toList());
            awaitWaiting(senders);
            List<TopicPartition> all = partitions().toList();
            for (int number = 0; number < count; number++) {
                senders.add(sender(producer, "sender " + number, all.get(number % PARTITIONS), 2));
            }
            awaitWaiting(senders);

            cluster.clearFaults();

            await().atMost(PATIENCE).until(() -> senders.stream().noneMatch(Thread::isAlive));
        }
        judge("buffer full, 1,000 threads wait for room");
    }

    private static void awaitWaiting(List<Thread> senders) {
        Set<Thread> waiting = new HashSet<>();
        await().atMost(PATIENCE).until(() -> {
            senders.stream()
                    .filter(sender -> sender.getState() == Thread.State.TIMED_WAITING)
                    .forEach(waiting::add);
            return waiting.size() == senders.size();
        });
    }

    private Thread sender(Producer<String, String> producer, String name, TopicPartition partition, int count) {
        Thread sender = new Thread(() -> send(producer, name, partition, count));
        sender.start();
        return sender;
    }

    private void send(Producer<String, String> producer, String sender, TopicPartition partition, int count) {
        for (int number = 0; number < count; number++) {
            String value = sender + "/" + number + " " + "x".repeat(500);
            long checksum = RecordedLoad.checksum(value);
            history.add(new HistoryEvent.SendInvoked(sender, value, partition, checksum, Duration.ofMinutes(2)));
            producer.send(
                    ProducerRecord.<String, String>of(TOPIC, value).partition(partition.partition()),
                    (metadata, error) -> history.add(
                            error == null
                                    ? new HistoryEvent.SendAcked(
                                            sender,
                                            value,
                                            partition,
                                            Objects.requireNonNull(metadata).offset())
                                    : new HistoryEvent.SendUnknown(sender, value, error.toString())));
        }
    }
}
