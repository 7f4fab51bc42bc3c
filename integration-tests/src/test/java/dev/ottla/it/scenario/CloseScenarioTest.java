package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code close(5 s)} in every state in which a producer can be, all at the same time; the checker judges how long each took. */
@ExtendWith(NoLeaks.class)
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

    private static Map<String, State> states() {
        Map<String, State> states = new LinkedHashMap<>();
        states.put("never used", (cluster, client) -> started(producer(client).build()));
        states.put("topic not known", CloseScenarioTest::waitingForTopic);
        states.put("no broker reachable", CloseScenarioTest::withoutBrokers);
        states.put("waiting for a producer id", (cluster, client) -> hung(cluster, client, KafkaApi.INIT_PRODUCER_ID));
        states.put("handshake under way", CloseScenarioTest::shakingHands);
        states.put("answers outstanding", (cluster, client) -> hung(cluster, client, KafkaApi.PRODUCE));
        states.put("senders waiting for room", CloseScenarioTest::full);
        states.put("flushing", CloseScenarioTest::flushing);
        states.put("transaction open", (cluster, client) -> transaction(cluster, client, KafkaApi.PRODUCE));
        states.put("transaction beginning", CloseScenarioTest::beginning);
        states.put("transaction committing", (cluster, client) -> transaction(cluster, client, KafkaApi.END_TXN));
        return states;
    }

    @Test
    void should_return_in_time_in_every_state() throws Exception {
        // given
        Map<String, State> states = states();
        ExecutorService threads = Executors.newFixedThreadPool(states.size());

        // when
        List<Future<?>> runs = new ArrayList<>();
        states.forEach((name, state) -> runs.add(threads.submit(() -> {
            run(name, state);
            return name;
        })));
        for (Future<?> run : runs) {
            run.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // then
        history.add(new HistoryEvent.Settled());
        Verdict verdict = HistoryChecker.of(EnumSet.of(Invariant.I8)).check(history);
        ScenarioTable.tell(
                "close(5 s) within 5.5 s: " + String.join(", ", states.keySet()), "CloseScenarioTest", verdict);
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
            Started started = state.enter(cluster, client);
            history.add(new HistoryEvent.CallBegan(name, "close", TIMEOUT));
            started.closing().close(TIMEOUT);
            history.add(new HistoryEvent.CallEnded(name, "close"));
            await(name).atMost(PATIENCE).until(() -> started.ends().stream().allMatch(Future::isDone));
        }
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
        Producer<String, String> producer = producer(client).build();
        return new Started(producer::close, send(producer, "none"));
    }

    private static Started withoutBrokers(FakeKafka cluster, KafkaClient client) {
        Producer<String, String> producer = producer(client).build();
        producer.sendSync(ProducerRecord.of(TOPIC, "first"));
        cluster.brokerDown(1);
        cluster.brokerDown(2);
        return new Started(producer::close, send(producer, TOPIC));
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

    private static Started full(FakeKafka cluster, KafkaClient client) {
        cluster.delayNext(KafkaApi.PRODUCE, FOR_EVER, 100);
        Producer<String, String> producer =
                producer(client).bufferMemory(ByteSize.kib(2)).build();
        List<Thread> senders = new ArrayList<>();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            CompletableFuture<String> end = new CompletableFuture<>();
            ends.add(end);
            Thread sender = new Thread(() -> producer.send(
                    ProducerRecord.of(TOPIC, "x".repeat(250)), (metadata, error) -> end.complete("ended")));
            senders.add(sender);
            sender.start();
        }
        await().atMost(PATIENCE)
                .until(() -> senders.stream().anyMatch(sender -> sender.getState() == Thread.State.TIMED_WAITING));
        return new Started(producer::close, ends);
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

    private static Started beginning(FakeKafka cluster, KafkaClient client) {
        TransactionalProducer<String, String> producer = transactional(client);
        cluster.delayNext(KafkaApi.INIT_PRODUCER_ID, FOR_EVER, 100);
        return new Started(producer::close, List.of(producer.beginAsync()));
    }
}
