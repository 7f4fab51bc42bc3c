package dev.ottla.it.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.it.producer.Ledger.Verdict;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A leader fails while Ottla and kafka-clients both send, each to a topic of its own with the same leaders. {@code
 * docs/failover.md} has figures of one run, and {@code -Dottla.docs.write=true} those of this one.
 */
@Tag("failover")
@RealKafkaTest(brokers = 3)
class LeaderFailureTest {
    private static final int PARTITIONS = 3;
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final FailoverTable TABLE = new FailoverTable();

    private final RealKafka brokers;
    private final OfficialConsumer official;
    private final String suffix = "-" + UUID.randomUUID();
    private final Ledger ottla = new Ledger(PARTITIONS);
    private final Ledger kafkaClients = new Ledger(PARTITIONS);

    LeaderFailureTest(RealKafka brokers) {
        this.brokers = brokers;
        this.official = new OfficialConsumer(brokers);
    }

    @AfterAll
    static void publish() throws IOException {
        TABLE.publish();
    }

    @Test
    void should_lose_nothing_when_a_leader_is_killed() throws Exception {
        send("leader killed (kill -9)", leader -> {
            leader.kill();
            sendFor(Duration.ofSeconds(8));
            leader.start();
            leader.awaitReady();
        });
    }

    @Test
    void should_lose_nothing_when_a_leader_is_frozen() throws Exception {
        send("leader frozen for " + PAUSE.toSeconds() + " s (SIGSTOP)", leader -> {
            leader.pause();
            sendFor(PAUSE);
            leader.resume();
        });
    }

    private void send(String fault, Consumer<RealBroker> cause) throws Exception {
        // given
        String ottlaTopic = "ottla" + suffix;
        String kafkaClientsTopic = "kafka-clients" + suffix;
        RealBroker leader = brokers.broker(2);
        for (String topic : List.of(ottlaTopic, kafkaClientsTopic)) {
            official.createTopic(topic, assignment(), Map.of("min.insync.replicas", "2"));
        }

        // when
        try (KafkaClient client = KafkaClient.connect(brokers.bootstrapServers());
                Producer<String, String> ottlaProducer = Producer.builder(client)
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build();
                KafkaProducer<String, String> officialProducer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            try (PacedLoad first = new PacedLoad(ottla, number -> byOttla(ottlaProducer, ottlaTopic, number));
                    PacedLoad second = new PacedLoad(
                            kafkaClients, number -> byKafkaClients(officialProducer, kafkaClientsTopic, number))) {
                assertThat(List.of(first, second)).hasSize(2);
                sendFor(Duration.ofSeconds(2));
                cause.accept(leader);
                sendFor(Duration.ofSeconds(2));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> ottla.isSettled() && kafkaClients.isSettled());
        }

        // then
        Verdict ours = ottla.compare(official.read(ottlaTopic, ottla.size()));
        Verdict theirs = kafkaClients.compare(official.read(kafkaClientsTopic, kafkaClients.size()));
        TABLE.add(fault, "Ottla", ours);
        TABLE.add(fault, "kafka-clients", theirs);
        assertThat(ours.failed()).as("%s", ours).isZero();
        assertThat(ours.lost()).as("%s", ours).isZero();
        assertThat(ours.misplaced()).as("%s", ours).isZero();
        assertThat(ours.reordered()).as("%s", ours).isZero();
    }

    /** Every broker leads one partition, and all have replicas of all. */
    private static Map<Integer, List<Integer>> assignment() {
        return Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1), 2, List.of(3, 1, 2));
    }

    private static void sendFor(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
    }

    private CompletableFuture<Long> byOttla(Producer<String, String> producer, String topic, int number) {
        return producer.send(dev.ottla.producer.ProducerRecord.<String, String>of(topic, String.valueOf(number))
                        .partition(ottla.partitionOf(number)))
                .thenApply(metadata -> metadata.offset());
    }

    private CompletableFuture<Long> byKafkaClients(KafkaProducer<String, String> producer, String topic, int number) {
        CompletableFuture<Long> acknowledged = new CompletableFuture<>();
        int partition = kafkaClients.partitionOf(number);
        producer.send(new ProducerRecord<>(topic, partition, null, String.valueOf(number)), (metadata, failure) -> {
            if (failure == null) {
                acknowledged.complete(metadata.offset());
            } else {
                acknowledged.completeExceptionally(failure);
            }
        });
        return acknowledged;
    }
}
