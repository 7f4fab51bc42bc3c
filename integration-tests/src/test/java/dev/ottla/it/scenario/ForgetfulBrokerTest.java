package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real broker that no longer knows a producer, or a topic, while it is written to. */
@ExtendWith(ProxiedBroker.class)
class ForgetfulBrokerTest {
    private static final int PARTITIONS = 3;
    private static final int SOME = 200;
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RealKafka kafka = ProxiedBroker.kafka();
    private final OfficialConsumer official = new OfficialConsumer(kafka);
    private final String topic = "forgotten-" + UUID.randomUUID();
    private final History history = new History(System::nanoTime);
    private Admin admin;
    private KafkaClient client;
    private Producer<String, String> producer;

    @BeforeEach
    void connect() {
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        client = KafkaClient.connect(kafka.bootstrapServers());
        producer = Producer.builder(client)
                .batchSize(ByteSize.bytes(300))
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }

    @AfterEach
    void close() {
        producer.close();
        client.close();
        admin.close();
    }

    @Test
    void should_go_on_when_the_broker_has_forgotten_the_producer() throws Exception {
        official.createTopic(topic, PARTITIONS, 1, Map.of());
        String idle = topic + "-idle";
        official.createTopic(idle, 1, 1, Map.of());
        send(idle);
        try (RecordedLoad load =
                RecordedLoad.start(history, "ottla", topic, PARTITIONS, INTERVAL, RecordSender.of(producer))) {
            load.awaitMore(SOME);
            history.add(new HistoryEvent.FaultBegan("producer ids expire"));
            expireAfter(new AlterConfigOp(new ConfigEntry("producer.id.expiration.ms", "1"), OpType.SET));
            try {
                for (int time = 0; time < 3; time++) {
                    await().atMost(PATIENCE).until(() -> !isKnownIn(idle));
                    send(idle);
                }
                load.awaitMore(SOME);
            } finally {
                expireAfter(new AlterConfigOp(new ConfigEntry("producer.id.expiration.ms", null), OpType.DELETE));
            }
            history.add(new HistoryEvent.Healed());
            load.awaitMore(SOME);
        }
        judge("producer id expired again and again, on a real broker");
        assertThat(official.read(idle, 4)).hasSize(4);
    }

    private void send(String to) throws Exception {
        assertThat(producer.send(ProducerRecord.of(to, "value")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
    }

    private boolean isKnownIn(String of) throws Exception {
        TopicPartition only = new TopicPartition(of, 0);
        return !admin.describeProducers(List.of(only))
                .partitionResult(only)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .activeProducers()
                .isEmpty();
    }

    private void expireAfter(AlterConfigOp time) throws Exception {
        ConfigResource allBrokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        admin.incrementalAlterConfigs(Map.of(allBrokers, List.of(time)))
                .all()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void should_write_to_the_new_topic_of_the_same_name() throws Exception {
        official.createTopic(topic, PARTITIONS, 1, Map.of());
        // What is acknowledged before is not in the new topic.
        RecordedLoad before = RecordedLoad.start(
                new History(System::nanoTime), "before", topic, PARTITIONS, INTERVAL, RecordSender.of(producer));
        before.awaitMore(SOME);
        before.close();
        admin.deleteTopics(List.of(topic)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                .all()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (RecordedLoad load =
                RecordedLoad.start(history, "ottla", topic, PARTITIONS, INTERVAL, RecordSender.of(producer))) {
            load.awaitMore(SOME);
        }
        judge("topic deleted and created anew, on a real broker");
    }

    private void judge(String scenario) throws Exception {
        Truth.tell(history, official, topic);
        Verdict verdict = HistoryChecker.of(Invariant.ofIdempotentProducer()).check(history);
        ScenarioTable.tell(scenario, "ForgetfulBrokerTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(history).unacknowledged()).isZero();
    }
}
