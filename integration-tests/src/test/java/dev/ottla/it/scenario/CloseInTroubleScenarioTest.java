package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.SecurityProtocol;
import dev.ottla.errors.ErrorCode;
import dev.ottla.producer.Backpressure;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerBuilder;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.KafkaApi;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code close(5 s)} of producers in trouble: whom brokers refuse, or that never find one, and in transactions that hang. All at
 * the same time; the checker judges how long each took.
 */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class CloseInTroubleScenarioTest {
    private static final String TOPIC = "orders";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ALWAYS = 1_000_000;

    /** A producer in trouble. */
    private record Troubled(Closing closing, List<? extends Future<?>> ends) {}

    private interface Closing {
        void close(Duration timeout);
    }

    /** Gets a producer of the client into trouble. */
    private interface Trouble {
        Troubled begin(FakeKafka cluster, KafkaClient client) throws Exception;
    }

    private final History history = new History(System::nanoTime);

    private static Map<String, Trouble> troubles() {
        Map<String, Trouble> troubles = new LinkedHashMap<>();
        troubles.put("without a leader", CloseInTroubleScenarioTest::withoutLeader);
        troubles.put("transaction sending", CloseInTroubleScenarioTest::sending);
        troubles.put("three transactions open", CloseInTroubleScenarioTest::severalOpen);
        return troubles;
    }

    @Test
    void should_return_in_time_whatever_the_trouble() throws Exception {
        // given
        Map<String, Trouble> troubles = troubles();
        ExecutorService threads = Executors.newCachedThreadPool();

        // when
        List<Future<?>> runs = new ArrayList<>();
        troubles.forEach((name, trouble) -> runs.add(threads.submit(() -> inCluster(name, trouble))));
        runs.add(threads.submit(() -> withoutCluster("bootstrap servers never reachable", false)));
        runs.add(threads.submit(() -> withoutCluster("TLS handshake hanging", true)));
        for (Future<?> run : runs) {
            run.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // then
        history.add(new HistoryEvent.Settled());
        Verdict verdict = HistoryChecker.of(EnumSet.of(Invariant.I8)).check(history);
        ScenarioTable.tell(
                "close(5 s) within 5.5 s: " + String.join(", ", troubles.keySet())
                        + ", bootstrap servers never reachable, TLS handshake hanging",
                "CloseInTroubleScenarioTest",
                verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
    }

    private Void inCluster(String name, Trouble trouble) throws Exception {
        try (FakeKafka cluster = FakeKafka.builder()
                        .brokers(2)
                        .topic(TOPIC, 2)
                        .autoCreateTopics(false)
                        .start();
                KafkaClient client = KafkaClient.connect(ClientOptions.builder()
                        .bootstrapServers(cluster.bootstrapServers())
                        .retryBackoff(Duration.ofMillis(500))
                        .build())) {
            close(name, trouble.begin(cluster, client));
        }
        return null;
    }

    /** At an address where nobody listens, or one that takes connections and never says anything. */
    private Void withoutCluster(String name, boolean isSilent) throws IOException {
        try (ServerSocket socket = socket(isSilent)) {
            try (KafkaClient client = KafkaClient.create(ClientOptions.builder()
                    .bootstrapServers("127.0.0.1:" + socket.getLocalPort())
                    .securityProtocol(isSilent ? SecurityProtocol.SSL : SecurityProtocol.PLAINTEXT)
                    .build())) {
                Producer<String, String> producer =
                        producer(client).backpressure(Backpressure.suspend()).build();
                close(name, new Troubled(producer::close, send(producer, 5)));
            }
        }
        return null;
    }

    /** Nobody takes connections from it, but the operating system does, unless it is closed. */
    private static ServerSocket socket(boolean isOpen) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (!isOpen) {
            socket.close();
        }
        return socket;
    }

    private void close(String name, Troubled troubled) {
        history.add(new HistoryEvent.CallBegan(name, "close", TIMEOUT));
        troubled.closing().close(TIMEOUT);
        history.add(new HistoryEvent.CallEnded(name, "close"));
        await(name).atMost(PATIENCE).until(() -> troubled.ends().stream().allMatch(Future::isDone));
    }

    private static ProducerBuilder<String, String> producer(KafkaClient client) {
        return Producer.builder(client)
                .batchSize(ByteSize.bytes(300))
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8());
    }

    private static List<Future<?>> send(Producer<String, String> producer, int count) {
        List<Future<?>> sends = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            sends.add(producer.send(ProducerRecord.<String, String>of(TOPIC, "value " + number + "x".repeat(200))
                    .partition(number % 2)));
        }
        return sends;
    }

    private static Troubled withoutLeader(FakeKafka cluster, KafkaClient client) throws Exception {
        String lonely = "on-one-broker";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(lonely, Map.of(0, List.of(2)))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Producer<String, String> producer = producer(client).build();
        producer.sendSync(ProducerRecord.of(lonely, "first"));
        cluster.brokerDown(2);
        List<Future<?>> sends = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            sends.add(producer.send(ProducerRecord.of(lonely, "value " + number)));
        }
        return new Troubled(producer::close, sends);
    }

    private static TransactionalProducer<String, String> transactional(KafkaClient client) {
        return producer(client)
                .transactionalId("teller")
                .concurrentTransactions(3)
                .maxBlock(Duration.ofSeconds(2))
                .buildTransactional();
    }

    private static List<Future<?>> send(Transaction<String, String> transaction) {
        List<Future<?>> sends = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            sends.add(transaction.send(ProducerRecord.of(TOPIC, "value " + number)));
        }
        return sends;
    }

    private static Troubled sending(FakeKafka cluster, KafkaClient client) {
        TransactionalProducer<String, String> producer = transactional(client);
        Transaction<String, String> transaction = producer.begin();
        cluster.failNext(KafkaApi.PRODUCE, FIRST, ErrorCode.NOT_ENOUGH_REPLICAS, ALWAYS);
        cluster.failNext(KafkaApi.PRODUCE, SECOND, ErrorCode.NOT_ENOUGH_REPLICAS, ALWAYS);
        return new Troubled(producer::close, send(transaction));
    }

    private static Troubled severalOpen(FakeKafka cluster, KafkaClient client) {
        TransactionalProducer<String, String> producer = transactional(client);
        List<Future<?>> ends = new ArrayList<>();
        List<Transaction<String, String>> open = List.of(producer.begin(), producer.begin(), producer.begin());
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, ALWAYS);
        cluster.delayNext(KafkaApi.END_TXN, FOR_EVER, ALWAYS);
        open.forEach(transaction -> ends.addAll(send(transaction)));
        // Must wait for one of the three.
        ends.add(producer.beginAsync());
        return new Troubled(producer::close, ends);
    }
}
