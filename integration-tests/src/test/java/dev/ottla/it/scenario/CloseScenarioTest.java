package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.SecurityProtocol;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.producer.Backpressure;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerBuilder;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.SendCallback;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code close(5 s)} in every state in which a producer can be, all at the same time; the checker judges how long each took. */
@Tag("jdk")
@Timeout(300)
class CloseScenarioTest {
    private static final String TOPIC = "orders";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A producer that something has been done with. */
    private record Started(AutoClosing closing, List<? extends Future<?>> ends) {}

    private interface AutoClosing {
        void close(Duration timeout);
    }

    /** Brings a producer into a state. */
    private interface State {
        Started enter(FakeKafka cluster, KafkaClient client) throws Exception;
    }

    private final History history = new History(System::nanoTime);

    private static Map<String, State> statesOfProducers() {
        Map<String, State> states = new LinkedHashMap<>();
        states.put("never used", (cluster, client) -> started(producer(client).build()));
        states.put("topic not known", CloseScenarioTest::waitingForTopic);
        states.put("senders waiting for their topic", CloseScenarioTest::sendersWaitingForTopic);
        states.put("metadata outstanding", CloseScenarioTest::withoutMetadata);
        states.put("no broker reachable", CloseScenarioTest::withoutBrokers);
        states.put("no leader", CloseScenarioTest::withoutLeader);
        states.put("waiting for a producer id", (cluster, client) -> hung(cluster, client, KafkaApi.INIT_PRODUCER_ID));
        states.put(
                "producer ids refused",
                (cluster, client) ->
                        refused(cluster, client, KafkaApi.INIT_PRODUCER_ID, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        states.put("handshake under way", CloseScenarioTest::shakingHands);
        states.put("answers outstanding", (cluster, client) -> hung(cluster, client, KafkaApi.PRODUCE));
        states.put(
                "sending again",
                (cluster, client) -> refused(cluster, client, KafkaApi.PRODUCE, ErrorCode.NOT_ENOUGH_REPLICAS));
        states.put("senders waiting for room", CloseScenarioTest::full);
        states.put("records waiting for room", CloseScenarioTest::suspended);
        states.put("flushing", CloseScenarioTest::flushing);
        states.put("a callback that does not return", CloseScenarioTest::inCallback);
        return states;
    }

    /** No broker has ever answered; whether somebody takes connections and says nothing, which a TLS handshake waits for. */
    private static Map<String, Boolean> statesOfClients() {
        Map<String, Boolean> states = new LinkedHashMap<>();
        states.put("bootstrap servers never reachable", false);
        states.put("TLS handshake under way", true);
        return states;
    }

    private static Map<String, State> statesOfTransactions() {
        Map<String, State> states = new LinkedHashMap<>();
        states.put("a transaction open", (cluster, client) -> transaction(cluster, client, KafkaApi.PRODUCE));
        states.put("sending again in a transaction", CloseScenarioTest::refusedTransaction);
        states.put("beginning", CloseScenarioTest::beginning);
        states.put("senders of a transaction waiting for room", CloseScenarioTest::fullTransaction);
        states.put("offsets outstanding", CloseScenarioTest::sendingOffsets);
        states.put("committing with answers outstanding", CloseScenarioTest::committingRecords);
        states.put("committing", (cluster, client) -> transaction(cluster, client, KafkaApi.END_TXN));
        states.put("commit unknown", CloseScenarioTest::commitUnknown);
        states.put("aborting", CloseScenarioTest::aborting);
        states.put("all transactional ids in use", CloseScenarioTest::allInUse);
        return states;
    }

    @Test
    void should_return_in_time_in_every_state() throws Exception {
        // given
        Map<String, State> states = new LinkedHashMap<>(statesOfProducers());
        states.putAll(statesOfTransactions());
        ExecutorService threads = Executors.newCachedThreadPool();

        // when
        List<Future<?>> runs = new ArrayList<>();
        states.forEach((name, state) -> runs.add(threads.submit(() -> {
            run(name, state);
            return name;
        })));
        statesOfClients().forEach((name, isSilent) -> runs.add(threads.submit(() -> withoutCluster(name, isSilent))));
        for (Future<?> run : runs) {
            run.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // then
        history.add(new HistoryEvent.Settled());
        Verdict verdict = HistoryChecker.of(EnumSet.of(Invariant.I8)).check(history);
        for (Map<String, ?> told : List.of(statesOfProducers(), statesOfTransactions(), statesOfClients())) {
            ScenarioTable.tell(
                    "close(5 s) within 5.5 s: " + String.join(", ", told.keySet()), "CloseScenarioTest", verdict);
        }
        assertThat(verdict).matches(Verdict::isGood, "good");
    }

    private void run(String name, State state) throws Exception {
        try (FakeKafka cluster = FakeKafka.builder()
                        .brokers(2)
                        .topic(TOPIC, 2)
                        .autoCreateTopics(false)
                        .start();
                KafkaClient client = KafkaClient.connect(ClientOptions.builder()
                        .bootstrapServers(cluster.bootstrapServers())
                        .build())) {
            close(name, state.enter(cluster, client));
        }
    }

    private Void withoutCluster(String name, boolean isSilent) throws IOException {
        try (ServerSocket socket = socket(isSilent);
                KafkaClient client = KafkaClient.create(ClientOptions.builder()
                        .bootstrapServers("127.0.0.1:" + socket.getLocalPort())
                        .securityProtocol(isSilent ? SecurityProtocol.SSL : SecurityProtocol.PLAINTEXT)
                        .build())) {
            Producer<String, String> producer =
                    producer(client).backpressure(Backpressure.suspend()).build();
            close(name, new Started(producer::close, send(producer, TOPIC)));
        }
        return null;
    }

    private void close(String name, Started started) {
        history.add(new HistoryEvent.CallBegan(name, "close", TIMEOUT));
        started.closing().close(TIMEOUT);
        history.add(new HistoryEvent.CallEnded(name, "close"));
        await(name).atMost(PATIENCE).until(() -> started.ends().stream().allMatch(Future::isDone));
    }

    /** Nobody takes connections from it, but the operating system does, unless it is closed. */
    private static ServerSocket socket(boolean isOpen) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (!isOpen) {
            socket.close();
        }
        return socket;
    }

    private static ProducerBuilder<String, String> producer(KafkaClient client) {
        return Producer.builder(client)
                .batchSize(ByteSize.bytes(300))
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8());
    }

    private static Started started(Producer<String, String> producer, Future<?>... ends) {
        return new Started(producer::close, List.of(ends));
    }

    private static List<Future<?>> send(Producer<String, String> producer, String topic) {
        List<Future<?>> sends = new ArrayList<>();
        for (int number = 0; number < 50; number++) {
            sends.add(producer.send(
                    ProducerRecord.<String, String>of(topic, "value " + number).partition(number % 2)));
        }
        return sends;
    }

    private static Started waitingForTopic(FakeKafka cluster, KafkaClient client) {
        Producer<String, String> producer =
                producer(client).backpressure(Backpressure.suspend()).build();
        return new Started(producer::close, send(producer, "none"));
    }

    private static Started sendersWaitingForTopic(FakeKafka cluster, KafkaClient client) {
        Producer<String, String> producer = producer(client).build();
        return new Started(producer::close, blocked("none", producer::send));
    }

    private static Started withoutMetadata(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.METADATA, FOR_EVER, 100);
        Producer<String, String> producer =
                producer(client).backpressure(Backpressure.suspend()).build();
        return new Started(producer::close, send(producer, TOPIC));
    }

    private static Started withoutBrokers(FakeKafka cluster, KafkaClient client) {
        Producer<String, String> producer = producer(client).build();
        producer.sendSync(ProducerRecord.of(TOPIC, "first"));
        cluster.brokerDown(1);
        cluster.brokerDown(2);
        return new Started(producer::close, send(producer, TOPIC));
    }

    private static Started withoutLeader(FakeKafka cluster, KafkaClient client) throws Exception {
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
        return new Started(producer::close, sends);
    }

    private static Started hung(FakeKafka cluster, KafkaClient client, KafkaApi api) {
        cluster.delayNext(api, FOR_EVER, 100);
        Producer<String, String> producer = producer(client).build();
        return new Started(producer::close, send(producer, TOPIC));
    }

    private static Started shakingHands(FakeKafka cluster, KafkaClient client) {
        Producer<String, String> producer = producer(client).build();
        producer.sendSync(ProducerRecord.of(TOPIC, "first"));
        cluster.delayNext(KafkaApi.API_VERSIONS, FOR_EVER, 100);
        cluster.disconnectNext(KafkaApi.PRODUCE, false, 2);
        return new Started(producer::close, send(producer, TOPIC));
    }

    private static Started refused(FakeKafka cluster, KafkaClient client, KafkaApi api, ErrorCode error) {
        cluster.failNext(api, error, Integer.MAX_VALUE);
        Producer<String, String> producer = producer(client).build();
        return new Started(producer::close, send(producer, TOPIC));
    }

    private static Started full(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        Producer<String, String> producer =
                producer(client).bufferMemory(ByteSize.kib(2)).build();
        return new Started(producer::close, blocked(TOPIC, producer::send));
    }

    /** Fills the buffer, or a batch for a topic that is not found, from threads of which some wait. */
    private static List<Future<?>> blocked(
            String topic, BiConsumer<ProducerRecord<String, String>, SendCallback> send) {
        List<Thread> senders = new ArrayList<>();
        List<Future<?>> ends = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            CompletableFuture<String> end = new CompletableFuture<>();
            ends.add(end);
            Thread sender = new Thread(() -> {
                try {
                    send.accept(ProducerRecord.of(topic, "x".repeat(250)), (metadata, error) -> end.complete("ended"));
                } catch (KafkaException | IllegalStateException tooLate) {
                    end.completeExceptionally(tooLate);
                }
            });
            senders.add(sender);
            sender.start();
        }
        await().atMost(PATIENCE)
                .until(() -> senders.stream().anyMatch(sender -> sender.getState() == Thread.State.TIMED_WAITING));
        return ends;
    }

    private static Started suspended(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        Producer<String, String> producer = producer(client)
                .bufferMemory(ByteSize.kib(2))
                .backpressure(Backpressure.suspend())
                .build();
        return new Started(producer::close, send(producer, TOPIC));
    }

    /** The loop of the broker is the user's until the producer is closed. */
    private static Started inCallback(FakeKafka cluster, KafkaClient client) throws Exception {
        Producer<String, String> producer = producer(client).build();
        CountDownLatch isCalled = new CountDownLatch(1);
        CountDownLatch isClosed = new CountDownLatch(1);
        producer.send(ProducerRecord.of(TOPIC, "first"), (metadata, error) -> {
            isCalled.countDown();
            awaitAnyhow(isClosed);
        });
        assertThat(isCalled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        List<Future<?>> ends = send(producer, TOPIC);
        return new Started(
                timeout -> {
                    producer.close(timeout);
                    isClosed.countDown();
                },
                ends);
    }

    private static void awaitAnyhow(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Started flushing(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        Producer<String, String> producer = producer(client).build();
        List<Future<?>> ends = send(producer, TOPIC);
        Thread flusher = new Thread(producer::flush);
        flusher.start();
        await().atMost(PATIENCE)
                .until(() ->
                        Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(flusher.getState()));
        ends.add(CompletableFuture.runAsync(() -> joined(flusher)));
        return new Started(producer::close, ends);
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TransactionalProducer<String, String> transactional(KafkaClient client) {
        return producer(client).transactionalId("teller").buildTransactional();
    }

    /** With answers of the API outstanding, after a commit was asked for. */
    private static Started transaction(FakeKafka cluster, KafkaClient client, KafkaApi api) {
        TransactionalProducer<String, String> producer = transactional(client);
        cluster.delayNext(api, FOR_EVER, 100);
        Transaction<String, String> transaction = producer.begin();
        List<Future<?>> ends = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            ends.add(transaction.send(ProducerRecord.of(TOPIC, "value " + number)));
        }
        if (api == KafkaApi.END_TXN) {
            ends.add(transaction.commitAsync());
            await().atMost(PATIENCE).until(() -> ends.get(0).isDone());
        }
        return new Started(producer::close, ends);
    }

    private static Started refusedTransaction(FakeKafka cluster, KafkaClient client) {
        TransactionalProducer<String, String> producer = transactional(client);
        Transaction<String, String> transaction = producer.begin();
        cluster.failNext(KafkaApi.PRODUCE, ErrorCode.NOT_ENOUGH_REPLICAS, Integer.MAX_VALUE);
        return new Started(producer::close, List.of(transaction.send(ProducerRecord.of(TOPIC, "value"))));
    }

    private static Started beginning(FakeKafka cluster, KafkaClient client) {
        TransactionalProducer<String, String> producer = transactional(client);
        cluster.delayNext(KafkaApi.INIT_PRODUCER_ID, FOR_EVER, 100);
        return new Started(producer::close, List.of(producer.beginAsync()));
    }

    private static Started fullTransaction(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = producer(client)
                .transactionalId("teller")
                .bufferMemory(ByteSize.kib(2))
                .buildTransactional();
        return new Started(producer::close, blocked(TOPIC, producer.begin()::send));
    }

    private static Started sendingOffsets(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.TXN_OFFSET_COMMIT, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = transactional(client);
        // Ends by itself, max.block.ms after it began.
        CompletableFuture<Void> unused = producer.begin()
                .sendOffsetsAsync(
                        Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(1)), GroupMetadata.ofGroup("group"));
        return new Started(producer::close, List.of());
    }

    private static Started committingRecords(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = transactional(client);
        Transaction<String, String> transaction = producer.begin();
        return new Started(
                producer::close,
                List.of(transaction.send(ProducerRecord.of(TOPIC, "value")), transaction.commitAsync()));
    }

    private static Started commitUnknown(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.END_TXN, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = producer(client)
                .transactionalId("teller")
                .maxBlock(Duration.ofSeconds(1))
                .buildTransactional();
        Transaction<String, String> transaction = producer.begin();
        transaction.send(ProducerRecord.of(TOPIC, "value"));
        CompletableFuture<Void> unused = transaction.commitAsync();
        await().atMost(PATIENCE).until(() -> transaction.status() == TransactionStatus.COMMIT_UNKNOWN);
        return new Started(producer::close, List.of());
    }

    private static Started aborting(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.END_TXN, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = transactional(client);
        Transaction<String, String> transaction = producer.begin();
        CompletableFuture<?> sent = transaction.send(ProducerRecord.of(TOPIC, "value"));
        await().atMost(PATIENCE).until(sent::isDone);
        return new Started(producer::close, List.of(transaction.abortAsync()));
    }

    private static Started allInUse(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        cluster.delayNext(KafkaApi.END_TXN, FOR_EVER, 100);
        TransactionalProducer<String, String> producer = producer(client)
                .transactionalId("teller")
                .concurrentTransactions(3)
                .buildTransactional();
        List<Future<?>> ends = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            ends.add(producer.begin().send(ProducerRecord.of(TOPIC, "value " + number)));
        }
        ends.add(producer.beginAsync());
        return new Started(producer::close, ends);
    }
}
